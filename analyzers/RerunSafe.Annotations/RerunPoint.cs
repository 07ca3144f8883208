using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RerunSafe;

/// <summary>
/// Places where the process may die, announced to RerunSafe.TestKit when it runs this program as a pipeline under test. Everywhere else nothing happens.
/// </summary>
/// <remarks>
/// A program in another language does the same with a few lines: where the environment variable <c>RERUNSAFE_POINTS</c> holds an address ("127.0.0.1:41234"), connect
/// to it once; at each place send its name and a line feed, and go on when a line comes back.
/// </remarks>
public static class RerunPoint
{
    private const string Variable = "RERUNSAFE_POINTS";

    private static readonly object Gate = new();
    private static StreamReader? s_answers;
    private static Stream? s_stream;

    /// <summary>Says that the place is reached. The test kit may kill the process there, and this never comes back.</summary>
    /// <param name="name">What has just happened, such as "order 17 mailed"; on one line, and equal on every run.</param>
    /// <exception cref="ArgumentException">The name is empty or has several lines.</exception>
    /// <exception cref="IOException">The test is over.</exception>
    public static void Reached(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.IndexOf('\n') >= 0 || name.IndexOf('\r') >= 0)
            throw new ArgumentException("A point needs a name on one line.", nameof(name));
        var address = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(address))
            return;
        lock (Gate)
        {
            if (s_stream is null)
                Connect(address);
            var line = Encoding.UTF8.GetBytes(name + "\n");
            s_stream!.Write(line, 0, line.Length);
            if (s_answers!.ReadLine() is null)
                throw new EndOfStreamException("The test that this process ran for is over.");
        }
    }

    private static void Connect(string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon < 0 || !IPAddress.TryParse(address.Substring(0, colon), out var host) || !int.TryParse(address.Substring(colon + 1), out var port))
            throw new IOException($"{Variable} holds '{address}' and no address such as 127.0.0.1:41234. It is for RerunSafe.TestKit to set.");
        var client = new TcpClient { NoDelay = true };
        client.Connect(host, port);
        s_stream = client.GetStream();
        s_answers = new StreamReader(s_stream, Encoding.UTF8);
    }
}
