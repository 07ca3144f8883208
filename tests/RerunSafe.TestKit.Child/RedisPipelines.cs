using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace RerunSafe.TestKit.Child;

/// <summary>Speaks Redis' protocol by hand: a program needs nothing of the kit to be killed at its requests.</summary>
internal static class RedisPipelines
{
    public static void Run(string kind, string address, IReadOnlyList<string> lines)
    {
        using var client = new TcpClient();
        client.Connect(IPEndPoint.Parse(address));
        using var stream = client.GetStream();
        using var answers = new StreamReader(stream);
        using var requests = new StreamWriter(stream) { AutoFlush = true };
        string Ask(string request)
        {
            requests.Write(request + "\r\n");
            return answers.ReadLine() ?? throw new EndOfStreamException("Redis is gone.");
        }

        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var (id, amount) = (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("amount").GetInt32());
            if (kind == "count once")
                Ask($"HSET amounts {id} {amount}");
            else if (Ask($"SADD counted {id}") == ":1")
                Ask($"INCRBY total {amount}");
        }
    }
}
