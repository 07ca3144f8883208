using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>
/// Walks over a script once: blocks, branches, batches and transactions here, single statements in their own readers.
/// </summary>
internal sealed class SqlScriptReader
{
    private static readonly WordSet TransactionWords = new(
        "TRAN", "TRANSACTION", "WORK", "DISTRIBUTED", "IMMEDIATE", "DEFERRED", "EXCLUSIVE", "CONCURRENT", "ISOLATION", "READ");

    private static readonly WordSet Headless = new("LOOP", "REPEAT", "DO", "THEN", "ATOMIC");

    private readonly SqlTokens _tokens;
    private readonly SqlScope _scope;
    private readonly StatementReader _statements;
    private readonly SqlBlocks _blocks;
    private readonly SqlScriptState _state;

    public SqlScriptReader(SqlText text)
    {
        _tokens = new SqlTokens(text.Text, SqlLexer.Read(text, out var characters));
        _scope = new SqlScope(_tokens, text.Dialect, text.Depth);
        _state = new SqlScriptState(_tokens);
        _blocks = new SqlBlocks(_tokens, _state);
        _statements = new StatementReader(_scope);
        Characters = characters;
    }

    public long Characters { get; }

    public long Steps => Characters + _tokens.Steps + _scope.DynamicSteps;

    public ImmutableArray<SqlStatement> Read()
    {
        var isOpen = false;
        for (var at = 0; at < _tokens.Count;)
        {
            if (_tokens.IsSymbol(at, ";") || SqlStarts.IsBatchEnd(_tokens, at))
            {
                if (!_tokens.IsSymbol(at, ";"))
                    _state.EndBatch();
                isOpen = false;
                at++;
                continue;
            }

            // ￼ INSERT INTO t …
            if (_tokens.IsKind(at, SqlTokenKind.Hole) && SqlStarts.IsVerb(_tokens, at + 1))
            {
                isOpen = true;
                at++;
                continue;
            }

            var next = ReadControl(at);
            if (next > at)
            {
                at = next;
                continue;
            }

            at = ReadStatement(at, isOpen);
            isOpen = false;
        }

        return _state.Statements.ToImmutableArray();
    }

    // Headers, block ends and lone symbols: nothing that is a statement. Gives the index behind; the same index for a statement.
    private int ReadControl(int at)
    {
        if (_tokens.IsKind(at, SqlTokenKind.Symbol) && !_tokens.IsSymbol(at, "("))
            return at + 1;
        if (!_tokens.IsKind(at, SqlTokenKind.Word))
            return at;
        if (_tokens.IsAny(at, "IF", "ELSIF", "ELSEIF"))
            return _blocks.ReadIf(at);
        if (_tokens.Is(at, "ELSE"))
            return _blocks.ReadElse(at);
        if (_tokens.Is(at, "BEGIN") && !IsBeginOfTransaction(at))
            return _blocks.ReadBegin(at);
        if (_tokens.Is(at, "END"))
            return IsEndOfTransaction(at) ? at : _blocks.ReadEnd(at);
        if (_tokens.Is(at, "EXCEPTION"))
            return _blocks.ReadException(at);
        if (_tokens.Is(at, "WHEN"))
            return _blocks.ReadHandler(at, SqlStarts.EndOf(_tokens, at));
        if (_tokens.IsAny(at, "WHILE", "FOR"))
            return Math.Max(at + 1, SqlStarts.EndOf(_tokens, at));
        if (_tokens.Is(at, "DELIMITER"))
            return SkipLine(at);
        if (_tokens.Is(at, "DO"))
            _scope.IsProcedural = true;
        return _tokens.IsIn(at, Headless) ? at + 1 : at;
    }

    private int ReadStatement(int at, bool isOpen)
    {
        var end = SqlStarts.IsModule(_tokens, at) ? SqlStarts.EndOfModule(_tokens, at, _scope.Dialect) : SqlStarts.EndOf(_tokens, at);
        if (_tokens.Is(at, "EXPLAIN") || SqlStarts.IsModule(_tokens, at))
        {
            _state.Add(new SqlStatement { Kind = SqlStatementKind.Other, Effect = RerunEffect.None, Span = _tokens.SpanOf(at, end), HeadSpan = _tokens.SpanOf(at, Math.Min(end, at + 3)), IfNotExists = HasOr(at) }, at, end);
            return Math.Max(end, at + 1);
        }

        if (ReadTransaction(at, end) is { } boundary)
        {
            _state.AddBoundary(boundary with { Span = _tokens.SpanOf(at, end), HeadSpan = _tokens.SpanOf(at, end) });
            return Math.Max(end, at + 1);
        }

        if (_tokens.IsAny(at, "RETURN", "LEAVE", "THROW"))
            _blocks.LeaveEarly(at);
        foreach (var statement in _statements.Read(at, end))
            _state.Add(isOpen ? statement with { HasOpenClause = true } : statement, at, end);
        return Math.Max(end, at + 1);
    }

    private SqlStatement? ReadTransaction(int at, int end)
    {
        if (_tokens.Is(at, "BEGIN") || (_tokens.Is(at, "START") && _tokens.Is(at + 1, "TRANSACTION")))
            return new SqlStatement { Kind = SqlStatementKind.Begin, Effect = RerunEffect.None };
        if (_tokens.IsAny(at, "COMMIT", "END"))
            return new SqlStatement { Kind = SqlStatementKind.Commit, Effect = RerunEffect.None };
        if (!_tokens.Is(at, "ROLLBACK"))
            return null;

        // Back to a savepoint: the transaction goes on.
        return _tokens.Find("TO", at, Math.Min(end, at + 3)) >= 0 ? null : new SqlStatement { Kind = SqlStatementKind.Rollback, Effect = RerunEffect.None };
    }

    private bool IsBeginOfTransaction(int at) =>
        at + 1 >= _tokens.Count || _tokens.IsSymbol(at + 1, ";") || _tokens.IsIn(at + 1, TransactionWords) || SqlStarts.IsBatchEnd(_tokens, at + 1);

    private bool IsEndOfTransaction(int at) => _state.IsInTransaction && !_blocks.IsOpen && (_tokens.IsSymbol(at + 1, ";") || _tokens.Is(at + 1, "TRANSACTION") || at + 1 >= _tokens.Count);

    private bool HasOr(int at) => _tokens.Is(at + 1, "OR");

    private int SkipLine(int at)
    {
        var lineEnd = _tokens.Text.IndexOf('\n', _tokens[at].Start);
        do
            at++;
        while (at < _tokens.Count && lineEnd >= 0 && _tokens[at].Start < lineEnd);
        return at;
    }
}
