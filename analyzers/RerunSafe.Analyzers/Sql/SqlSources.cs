using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>The tables that a statement reads, wherever in it they stand.</summary>
internal sealed class SqlSources
{
    private static readonly WordSet FromFunctions = new("EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION");
    private static readonly WordSet Hints = new("NOLOCK", "READPAST", "UPDLOCK", "HOLDLOCK", "TABLOCK", "TABLOCKX", "ROWLOCK", "INDEX", "READUNCOMMITTED");

    private readonly SqlTokens _tokens;
    private readonly ISet<string> _temporaries;
    private readonly List<(int At, SqlName Name, string Alias)> _found = [];

    private SqlSources(SqlTokens tokens, ISet<string> temporaries)
    {
        _tokens = tokens;
        _temporaries = temporaries;
    }

    public static SqlSources Read(SqlTokens tokens, int from, int end, ISet<string> temporaries)
    {
        var sources = new SqlSources(tokens, temporaries);
        for (var i = from; i < end; i++)
        {
            if (tokens.IsKind(i, SqlTokenKind.Word) && sources.Introduces(i))
                sources.ReadList(i + 1, end);
        }

        sources._found.Sort((a, b) => a.At.CompareTo(b.At));
        return sources;
    }

    /// <summary>All of them, without the names that the statement itself defines.</summary>
    public ImmutableArray<SqlName> Without(ISet<string> defined) =>
        _found.Where(f => f.Name.Schema.Length > 0 || f.Name.Name.Length == 0 || !defined.Contains(f.Name.Name)).Select(f => f.Name).ToImmutableArray();

    /// <summary>The table that an alias stands for; null where the alias is not given here.</summary>
    public SqlName? Behind(string alias)
    {
        foreach (var (_, name, given) in _found)
        {
            if (given.Length > 0 && string.Equals(given, alias, StringComparison.OrdinalIgnoreCase))
                return name;
        }

        return null;
    }

    /// <summary>The aliases under which a table is read.</summary>
    public IEnumerable<string> AliasesOf(string table) =>
        _found.Where(f => f.Alias.Length > 0 && string.Equals(f.Name.Name, table, StringComparison.OrdinalIgnoreCase)).Select(f => f.Alias);

    /// <summary>Where the tables stand that the test accepts, in order.</summary>
    public List<int> PositionsOf(Func<SqlName, bool> accepts) => _found.Where(f => accepts(f.Name)).Select(f => f.At).ToList();

    private bool Introduces(int i)
    {
        if (_tokens.Is(i, "FROM"))
        {
            var isComparison = _tokens.Is(i - 1, "DISTINCT") && _tokens.IsAny(i - 2, "IS", "NOT");
            var outer = _tokens.Outer(i);
            return !isComparison && !_tokens.Is(i - 1, "DELETE") && !(outer > 0 && _tokens.IsIn(outer - 1, FromFunctions));
        }

        return _tokens.IsAny(i, "JOIN", "USING", "STRAIGHT_JOIN");
    }

    private void ReadList(int at, int end)
    {
        while (at < end)
        {
            while (_tokens.IsAny(at, "ONLY", "LATERAL", "TABLE"))
                at++;
            if (_tokens.IsSymbol(at, "("))
            {
                at = _tokens.SkipGroup(at, end);
                if (_tokens.Is(at, "AS"))
                    at++;
                if (at < end && SqlNames.IsAlias(_tokens, at))
                    at++;
            }
            else if (SqlNames.Read(_tokens, at, end, _temporaries, out var next) is { } name)
            {
                at = AddOne(at, next, end, name);
            }
            else
            {
                return;
            }

            if (!_tokens.IsSymbol(at, ","))
                return;
            at++;
        }
    }

    private int AddOne(int at, int next, int end, SqlName name)
    {
        var isFunction = next < end && _tokens.IsSymbol(next, "(") && !_tokens.IsIn(next + 1, Hints);
        if (next < end && _tokens.IsSymbol(next, "("))
            next = _tokens.SkipGroup(next, end);
        if (next < end && _tokens.Is(next, "AS"))
            next++;
        var alias = "";
        if (next < end && SqlNames.IsAlias(_tokens, next))
            alias = _tokens.Unquoted(next++);
        if (next < end && _tokens.Is(next, "WITH") && _tokens.IsSymbol(next + 1, "("))
            next = _tokens.SkipGroup(next + 1, end);
        if (!isFunction)
            _found.Add((at, name, alias));
        return next;
    }
}
