using System.Text;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Wire;

/// <summary>What a request to Redis is, by its words. A command that is not known counts as a write.</summary>
internal sealed class RedisCommand
{
    private const int LongestStatement = 120;
    private const int LongestParameters = 200;

    // About the connection or the server, not about data: a client sends them whenever it likes, so that they are no steps of the pipeline.
    private static readonly HashSet<string> OfSession = new(StringComparer.Ordinal)
    {
        "ACL", "ASKING", "AUTH", "BGREWRITEAOF", "BGSAVE", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DBSIZE", "DEBUG", "ECHO", "HELLO", "INFO", "LASTSAVE", "LATENCY", "LOLWUT", "MEMORY", "MODULE", "MONITOR", "PING", "PSUBSCRIBE", "PUBSUB", "PUNSUBSCRIBE", "QUIT", "READONLY", "READWRITE", "RESET", "ROLE", "SAVE", "SCRIPT", "SELECT", "SENTINEL", "SLOWLOG", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "TIME", "UNSUBSCRIBE", "UNWATCH", "WAIT", "WAITAOF", "WATCH",
    };

    private static readonly HashSet<string> Reading = new(StringComparer.Ordinal)
    {
        "BITCOUNT", "BITFIELD_RO", "BITPOS", "DUMP", "EVALSHA_RO", "EVAL_RO", "EXISTS", "EXPIRETIME", "FCALL_RO", "GEODIST", "GEOHASH", "GEOPOS", "GEORADIUSBYMEMBER_RO", "GEORADIUS_RO", "GEOSEARCH", "GET", "GETBIT", "GETRANGE", "HEXISTS", "HGET", "HGETALL", "HKEYS", "HLEN", "HMGET", "HRANDFIELD", "HSCAN", "HSTRLEN", "HVALS", "KEYS", "LCS", "LINDEX", "LLEN", "LPOS", "LRANGE", "MGET", "OBJECT", "PEXPIRETIME", "PFCOUNT", "PTTL", "RANDOMKEY", "SCAN", "SCARD", "SDIFF", "SINTER", "SINTERCARD", "SISMEMBER", "SMEMBERS", "SMISMEMBER", "SORT_RO", "SRANDMEMBER", "SSCAN", "STRLEN", "SUBSTR", "SUNION", "TOUCH", "TTL", "TYPE", "XINFO", "XLEN", "XPENDING", "XRANGE", "XREAD", "XREVRANGE", "ZCARD", "ZCOUNT", "ZDIFF", "ZINTER", "ZINTERCARD", "ZLEXCOUNT", "ZMSCORE", "ZRANDMEMBER", "ZRANGE", "ZRANGEBYLEX", "ZRANGEBYSCORE", "ZRANK", "ZREVRANGE", "ZREVRANGEBYLEX", "ZREVRANGEBYSCORE", "ZREVRANK", "ZSCAN", "ZSCORE", "ZUNION",
    };

    // Answered by messages, one for each channel, and by no single answer.
    private static readonly HashSet<string> Subscribing = new(StringComparer.Ordinal)
    {
        "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "UNSUBSCRIBE",
    };

    private readonly IReadOnlyList<RespValue> _words;

    public RedisCommand(RespValue request)
    {
        _words = request.Items ?? [];
        Name = Word(0).ToUpperInvariant();
    }

    /// <summary>The command in capitals; empty for a request without words, which Redis passes over.</summary>
    public string Name { get; }

    public bool IsSubscription => Subscribing.Contains(Name);

    /// <summary>Whether Redis gives no answer to it, or none to what follows.</summary>
    public bool Silences => Name == "CLIENT" && Word(1).Equals("REPLY", StringComparison.OrdinalIgnoreCase) && !Word(2).Equals("ON", StringComparison.OrdinalIgnoreCase);

    /// <summary>What it does to durable state; null when it is about the connection only.</summary>
    public StepKind? Kind => Name switch
    {
        "MULTI" => StepKind.Begin,
        "EXEC" => StepKind.Commit,
        "DISCARD" => StepKind.Rollback,
        _ when OfSession.Contains(Name) => null,
        _ => Reading.Contains(Name) ? StepKind.Query : StepKind.Write,
    };

    /// <summary>The command and its first key, or its script; values stand in <see cref="Parameters"/>, for they may differ from run to run.</summary>
    public string Statement
    {
        get
        {
            var text = _words.Count > 1 ? $"{Name} {OneLine(Word(1), LongestStatement)}" : Name;
            return _words.Count > 2 ? text + " …" : text;
        }
    }

    /// <summary>The words after the first key; null when there are none.</summary>
    public string? Parameters => _words.Count > 2 ? OneLine(string.Join(' ', _words.Skip(2).Select(word => OneLine(word.Text ?? "", 60))), LongestParameters) : null;

    private string Word(int index) => index < _words.Count ? _words[index].Text ?? "" : "";

    private static string OneLine(string text, int longest)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, longest)))
            line.Append(char.IsControl(c) ? ' ' : c);
        return text.Length > longest ? line.Append('…').ToString() : line.ToString();
    }
}
