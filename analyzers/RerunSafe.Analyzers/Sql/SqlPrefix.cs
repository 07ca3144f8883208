namespace RerunSafe.Analyzers.Sql;

/// <summary>A WITH prefix: the names it defines, where their bodies stand, and where the statement itself starts.</summary>
internal sealed class SqlPrefix
{
    private static readonly WordSet Verbs = new("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "UPSERT", "TABLE");
    private static readonly WordSet Writes = new("INSERT", "UPDATE", "DELETE", "MERGE");

    private SqlPrefix()
    {
    }

    public static SqlPrefix None { get; } = new();

    public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The bodies that write: from the verb to the closing parenthesis.</summary>
    public List<(string Name, int From, int End)> WritingBodies { get; } = [];

    public int Verb { get; private set; }

    public static SqlPrefix Read(SqlTokens tokens, int with, int end)
    {
        var prefix = new SqlPrefix { Verb = end };
        var at = tokens.Is(with + 1, "RECURSIVE") ? with + 2 : with + 1;
        var name = "";
        for (var isFirst = true; at < end; at++)
        {
            if (isFirst && tokens.IsName(at))
            {
                name = tokens.Unquoted(at);
                prefix.Names.Add(name);
            }
            else if (tokens.IsIn(at, Verbs))
            {
                prefix.Verb = at;
                break;
            }

            isFirst = tokens.IsSymbol(at, ",");
            if (!tokens.IsGroup(at))
                continue;
            var close = tokens.SkipGroup(at, end);
            if (tokens.IsIn(at + 1, Writes) && tokens.IsAny(at - 1, "AS", "MATERIALIZED"))
                prefix.WritingBodies.Add((name, at + 1, close - 1));
            at = close - 1;
        }

        return prefix;
    }
}
