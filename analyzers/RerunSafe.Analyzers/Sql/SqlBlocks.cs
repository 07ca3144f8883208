namespace RerunSafe.Analyzers.Sql;

/// <summary>Follows IF, BEGIN … END, TRY and exception handlers; each method gives the index to go on at.</summary>
internal sealed class SqlBlocks
{
    private static readonly WordSet UniqueViolations = new("UNIQUE_VIOLATION", "DUP_VAL_ON_INDEX");
    private static readonly WordSet EndWords = new("IF", "LOOP", "WHILE", "CASE", "REPEAT", "FOR", "TRY", "CATCH");

    private readonly SqlTokens _tokens;
    private readonly SqlScriptState _state;
    private int _ifEnd = -1;

    public SqlBlocks(SqlTokens tokens, SqlScriptState state)
    {
        _tokens = tokens;
        _state = state;
    }

    public bool IsOpen => _state.Frames.Count > 0;

    public int ReadIf(int at)
    {
        var end = SqlStarts.EndOf(_tokens, at);
        var (looks, isAbsence) = SqlGuard.Read(_tokens, at + 1, end, _state.LookedUp);
        _state.NoteRowCount(at + 1, end);
        var isGuarded = looks && isAbsence;
        var elseIsGuarded = looks && !isAbsence;
        if (_tokens.Is(end, "THEN"))
        {
            if (!_tokens.Is(at, "IF") && Top(SqlFrameKind.Then) is { } branch)
            {
                branch.IsGuarded = isGuarded || branch.ElseIsGuarded || _state.OuterIsGuarded;
                branch.ElseIsGuarded |= elseIsGuarded;
            }
            else
            {
                Push(SqlFrameKind.Then, end, _state.IsGuarded || isGuarded, elseIsGuarded);
            }

            return end + 1;
        }

        _state.Pending |= isGuarded;
        _state.ElseIsGuarded = elseIsGuarded;
        _ifEnd = end;
        return Math.Max(end, at + 1);
    }

    public int ReadElse(int at)
    {
        if (Top(SqlFrameKind.Then) is { } branch)
        {
            branch.IsGuarded = branch.ElseIsGuarded || _state.OuterIsGuarded;
            branch.ElseIsGuarded = false;
        }
        else
        {
            _state.Pending = _state.ElseIsGuarded;
        }

        return at + 1;
    }

    /// <summary>RETURN in a branch that runs where a look-up found something: the rest runs only where it found nothing.</summary>
    public void LeaveEarly(int at)
    {
        if (_ifEnd == at ? _state.ElseIsGuarded : _state.Frames.Count > 0 && _state.Frames.Peek().ElseIsGuarded)
            _state.GuardRest();
    }

    public int ReadBegin(int at)
    {
        var kind = _tokens.Is(at + 1, "TRY") ? SqlFrameKind.Try : _tokens.Is(at + 1, "CATCH") ? SqlFrameKind.Catch : SqlFrameKind.Block;
        Push(kind, at, _state.IsGuarded, _state.ElseIsGuarded && _ifEnd == at);
        _state.Pending = false;
        return kind == SqlFrameKind.Block ? at + 1 : at + 2;
    }

    public int ReadEnd(int at)
    {
        if (_state.Frames.Count > 0)
        {
            var frame = _state.Frames.Pop();
            if (frame.Kind == SqlFrameKind.Try)
                _state.LastTry = (frame.FirstStatement, _state.Statements.Count);
            else if (frame.Kind == SqlFrameKind.Catch)
                ReadCatch(frame, at);
            else if (frame.Kind == SqlFrameKind.Block)
                _state.ElseIsGuarded = frame.ElseIsGuarded;
        }

        // END IF, END LOOP, END TRY: one more word.
        return _tokens.IsIn(at + 1, EndWords) && !(_tokens.Is(at + 1, "IF") && !_tokens.IsSymbol(at + 2, ";")) ? at + 2 : at + 1;
    }

    public int ReadException(int at)
    {
        if (_state.Frames.Count > 0)
            _state.Frames.Peek().Handlers = _state.Statements.Count;
        return at + 1;
    }

    /// <summary>WHEN unique_violation THEN …</summary>
    public int ReadHandler(int at, int end)
    {
        if (_state.Frames.Count > 0 && _state.Frames.Peek() is { Handlers: >= 0 } frame)
        {
            // WHEN OTHERS THEN NULL: the unique violation is swallowed with all the rest.
            if (_tokens.Is(at + 1, "OTHERS") && _tokens.Is(end + 1, "NULL"))
                _state.MarkHandled(frame.FirstStatement, frame.Handlers);
            for (var i = at + 1; i < end; i++)
            {
                if (_tokens.IsIn(i, UniqueViolations) || IsCode(i, "'23505'"))
                    _state.MarkHandled(frame.FirstStatement, frame.Handlers);
            }
        }

        return Math.Max(end, at + 1);
    }

    // The CATCH names the unique violation, or updates what the TRY could not insert.
    private void ReadCatch(SqlFrame frame, int end)
    {
        if (_state.LastTry is not { } tried)
            return;
        for (var i = frame.FirstToken; i < end; i++)
        {
            if (IsCode(i, "2627") || IsCode(i, "2601"))
            {
                _state.MarkHandled(tried.From, tried.End);
                return;
            }
        }

        _state.MarkUpdatedInstead(tried.From, tried.End);
    }

    private bool IsCode(int index, string code) =>
        _tokens.IsKind(index, code[0] == '\'' ? SqlTokenKind.String : SqlTokenKind.Number) && _tokens[index].Length == code.Length
        && string.CompareOrdinal(_tokens.Text, _tokens[index].Start, code, 0, code.Length) == 0;

    private SqlFrame? Top(SqlFrameKind kind) => _state.Frames.Count > 0 && _state.Frames.Peek().Kind == kind ? _state.Frames.Peek() : null;

    private void Push(SqlFrameKind kind, int at, bool isGuarded, bool elseIsGuarded) =>
        _state.Frames.Push(new SqlFrame { Kind = kind, FirstToken = at, FirstStatement = _state.Statements.Count, IsGuarded = isGuarded, ElseIsGuarded = elseIsGuarded });
}
