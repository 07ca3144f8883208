using System.Net.Sockets;
using System.Text;
using RerunSafe.TestKit.Wire;

namespace RerunSafe.TestKit.Sinks;

/// <summary>The one connection over which a <see cref="RedisSink"/> looks at its database.</summary>
internal sealed class RedisProbe : IDisposable
{
    private const int KeysAtOnce = 500;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly Lock _lock = new();
    private readonly Socket _socket;
    private readonly NetworkStream _to;
    private readonly BufferedStream _from;

    public RedisProbe(WireServer server, int database)
    {
        try
        {
            _socket = server.Connect();
        }
        catch (SocketException e)
        {
            throw new SinkException($"There is no Redis at {server.Address}: {e.Message}. Start a redis-server for the test, and give its address.", e);
        }

        _to = new NetworkStream(_socket);
        _from = new BufferedStream(_to);
        Ask("SELECT", database);
    }

    /// <summary>Asks one command; the words are texts, numbers or bytes.</summary>
    /// <exception cref="SinkException">Redis refuses it, or is gone.</exception>
    public RespValue Ask(params object[] words)
    {
        try
        {
            lock (_lock)
            {
                _to.Write(RespValue.Request([.. words.Select(word => word as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(word, System.Globalization.CultureInfo.InvariantCulture)!))]));
                var answer = RespValue.Read(_from);
                return answer.IsError ? throw new SinkException($"Redis refuses {words[0]}: {answer.Text}") : answer;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new SinkException($"Redis is gone: {e.Message}", e);
        }
    }

    /// <summary>The keys that a pattern fits, in their order.</summary>
    public IReadOnlyList<byte[]> Keys(string pattern)
    {
        var keys = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var page = Ask("SCAN", cursor, "MATCH", pattern, "COUNT", KeysAtOnce).Items!;
            cursor = page[0].Text!;
            foreach (var key in page[1].Items!)
                keys[Convert.ToHexString(key.Raw)] = key.Raw;
        }
        while (cursor != "0");
        return [.. keys.Values];
    }

    /// <summary>What a key holds: for each element its field (of a list the index, of a set the member) and its value.</summary>
    public IEnumerable<(string? Field, string? Value)> Elements(byte[] key)
    {
        switch (Ask("TYPE", key).Text)
        {
            case "none":
                return [];
            case "string":
                return [(null, Text(Ask("GET", key)))];
            case "hash":
                return Pairs(Ask("HGETALL", key));
            case "list":
                return Ask("LRANGE", key, 0, -1).Items!.Select((item, i) => ((string?)i.ToString("D8", System.Globalization.CultureInfo.InvariantCulture), Text(item)));
            case "set":
                return Ask("SMEMBERS", key).Items!.Select(member => (Text(member), (string?)null));
            case "zset":
                return Pairs(Ask("ZRANGE", key, 0, -1, "WITHSCORES"));
            case "stream":
                return Ask("XRANGE", key, "-", "+").Items!.Select(entry => (Text(entry.Items![0]), (string?)string.Join(' ', Pairs(entry.Items![1]).Select(pair => $"{pair.Field}={pair.Value}"))));
            default:
                return [(null, Convert.ToHexStringLower(Ask("DUMP", key).Raw))];
        }
    }

    public static string? Text(RespValue value) => value.IsNull ? null : Text(value.Raw);

    /// <summary>As text; bytes that are none in hexadecimal.</summary>
    public static string Text(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return "0x" + Convert.ToHexStringLower(bytes);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static IEnumerable<(string? Field, string? Value)> Pairs(RespValue answer)
    {
        var items = answer.Items!;
        for (var i = 0; i + 1 < items.Count; i += 2)
            yield return (Text(items[i]), Text(items[i + 1]));
    }
}
