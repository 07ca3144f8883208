using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads ON CONFLICT and ON DUPLICATE KEY UPDATE.</summary>
internal readonly struct ConflictReader
{
    private readonly SqlTokens _tokens;
    private readonly int _from;
    private readonly int _end;
    private readonly ISet<string> _targetNames;

    public ConflictReader(SqlTokens tokens, int from, int end, ISet<string> targetNames)
    {
        _tokens = tokens;
        _from = from;
        _end = end;
        _targetNames = targetNames;
    }

    /// <summary>The statement with what its conflict clause makes of it; unchanged where there is none.</summary>
    public SqlStatement Read(SqlStatement insert)
    {
        for (var i = _from; i < _end; i++)
        {
            if (_tokens.IsGroup(i))
            {
                i = _tokens.SkipGroup(i, _end) - 1;
                continue;
            }

            if (!_tokens.Is(i, "ON"))
                continue;
            if (_tokens.Is(i + 1, "CONFLICT"))
                return ReadConflict(insert, i + 2);
            if (_tokens.Is(i + 1, "DUPLICATE"))
                return Update(insert, _tokens.Is(i + 2, "KEY") && _tokens.Is(i + 3, "UPDATE") ? i + 4 : i + 2);
        }

        return insert;
    }

    private SqlStatement ReadConflict(SqlStatement insert, int at)
    {
        if (_tokens.IsSymbol(at, "("))
        {
            var close = _tokens.SkipGroup(at, _end);
            insert = insert with { ConflictColumns = ReadColumns(_tokens.SplitAtCommas(at + 1, close - 1)) };
            at = close;
        }

        var action = _tokens.Find("DO", at, _end);
        if (action >= 0 && _tokens.Is(action + 1, "NOTHING"))
            return insert with { Effect = RerunEffect.Converges, Convergence = Convergence.ConflictIgnored };
        if (action < 0 || !_tokens.Is(action + 1, "UPDATE"))
        {
            // The hole that hides the action is known to stand in a conflict clause; both actions converge.
            return insert with { Effect = RerunEffect.Converges, Convergence = Convergence.ConflictUpdates, HasOpenClause = true };
        }

        return Update(insert, action + 3);
    }

    private SqlStatement Update(SqlStatement insert, int from)
    {
        var end = SqlValues.EndOfAssignments(_tokens, from, _end);
        var assignments = SqlValues.ReadAssignments(_tokens, from, end, _targetNames);
        if (_tokens.Is(end, "WHERE"))
            insert = insert with { Conditions = insert.Conditions.AddRange(SqlConditions.ReadChain(_tokens, end + 1, _end)) };
        return insert with
        {
            ConflictAssignments = assignments,
            Effect = assignments.Any(a => a.IsRelative) ? RerunEffect.Relative : RerunEffect.Converges,
            Convergence = Convergence.ConflictUpdates,
            HasOpenClause = insert.HasOpenClause || (assignments.IsEmpty && _tokens.IsKind(from, SqlTokenKind.Hole)),
        };
    }

    private ImmutableArray<string> ReadColumns(List<(int From, int End)> parts)
    {
        var columns = ImmutableArray.CreateBuilder<string>();
        foreach (var (from, end) in parts)
        {
            // lower(email), email COLLATE nocase, "email"
            var at = from;
            while (at < end && (!_tokens.IsName(at) || _tokens.IsSymbol(at + 1, "(")))
                at++;
            if (at < end && _tokens.Unquoted(at) is { Length: > 0 } column)
                columns.Add(column);
        }

        return columns.ToImmutable();
    }
}
