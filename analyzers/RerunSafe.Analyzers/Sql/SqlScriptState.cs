namespace RerunSafe.Analyzers.Sql;

/// <summary>What a script has said up to a point, and the statements it was found to hold.</summary>
internal sealed class SqlScriptState
{
    private static readonly WordSet RowCountFunctions = new("ROW_COUNT", "CHANGES", "SCOPE_IDENTITY", "LAST_INSERT_ID", "LAST_INSERT_ROWID", "FOUND_ROWS", "ROWCOUNT");

    private readonly SqlTokens _tokens;
    private readonly Dictionary<string, (int Transaction, int Batch)> _cleared = new(StringComparer.OrdinalIgnoreCase);
    private int _batch;
    private int _transactions;
    private int _depth;
    private int _framesAtBegin;
    private bool _isHandled;
    private bool _restIsGuarded;

    public SqlScriptState(SqlTokens tokens) => _tokens = tokens;

    public List<SqlStatement> Statements { get; } = [];

    public Stack<SqlFrame> Frames { get; } = new();

    /// <summary>The variables that hold what a query found.</summary>
    public HashSet<string> LookedUp { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The next statement or block runs only where a look-up found nothing.</summary>
    public bool Pending { get; set; }

    /// <summary>The same for the ELSE of the IF that was read last.</summary>
    public bool ElseIsGuarded { get; set; }

    public (int From, int End)? LastTry { get; set; }

    public bool IsInTransaction => _depth > 0;

    public bool IsGuarded => Pending || _restIsGuarded || (Frames.Count > 0 && Frames.Peek().IsGuarded);

    /// <summary>The block around the innermost one is guarded.</summary>
    public bool OuterIsGuarded => Frames.Count > 1 && Frames.Skip(1).First().IsGuarded;

    private int Transaction => _depth > 0 ? _transactions - 1 : -1;

    public void EndBatch()
    {
        _batch++;
        Frames.Clear();
        Pending = false;
        _restIsGuarded = false;
        _isHandled = false;
    }

    public void AddBoundary(SqlStatement boundary)
    {
        if (boundary.Kind == SqlStatementKind.Begin)
        {
            if (_depth++ == 0)
            {
                _transactions++;
                _framesAtBegin = Frames.Count;
            }

            Statements.Add(boundary with { Transaction = Transaction });
        }
        else
        {
            Statements.Add(boundary with { Transaction = Transaction });

            // IF … BEGIN ROLLBACK RETURN END: what follows runs only where that branch did not.
            if (boundary.Kind == SqlStatementKind.Commit)
                _depth = Math.Max(0, _depth - 1);
            else if (Frames.Count <= _framesAtBegin)
                _depth = 0;
        }

        Pending = false;
    }

    public void Add(SqlStatement statement, int from, int end)
    {
        if (statement.Kind is SqlStatementKind.Select or SqlStatementKind.Other)
        {
            NoteRowCount(from, end);
            NoteVariables(statement, from, end);
        }

        statement = statement with { Transaction = Transaction };
        statement = Handle(Slice(Guard(statement)));
        Statements.Add(statement);
        Pending = false;
    }

    /// <summary>The rest of the batch runs only where a look-up found nothing.</summary>
    public void GuardRest() => _restIsGuarded = true;

    /// <summary>@@ROWCOUNT and its kin, read behind a write, return what the write did.</summary>
    public void NoteRowCount(int from, int end)
    {
        var last = Statements.Count - 1;
        if (last < 0 || Statements[last].ReturnsRows || Statements[last].Kind is SqlStatementKind.Select or SqlStatementKind.Other)
            return;
        for (var i = from; i < end; i++)
        {
            var isCount = _tokens.IsIn(i, RowCountFunctions)
                || (_tokens.IsKind(i, SqlTokenKind.Parameter) && (IsVariable(i, "@@ROWCOUNT") || IsVariable(i, "@@IDENTITY")));
            if (!isCount)
                continue;
            Statements[last] = Statements[last] with { ReturnsRows = true };
            return;
        }
    }

    public void MarkHandled(int from, int end)
    {
        for (var i = from; i < Math.Min(end, Statements.Count); i++)
        {
            if (IsPlainInsert(Statements[i]))
                Statements[i] = Statements[i] with { Effect = RerunEffect.Converges, Convergence = Convergence.UniqueViolationHandled };
        }
    }

    /// <summary>Inserts of [from, end) whose table a later statement updates.</summary>
    public void MarkUpdatedInstead(int from, int end)
    {
        var updated = new HashSet<string>(Statements.Skip(end).Where(s => s.Kind == SqlStatementKind.Update && s.Target is not null).Select(s => s.Target!.Name), StringComparer.OrdinalIgnoreCase);
        for (var i = from; i < Math.Min(end, Statements.Count); i++)
        {
            if (IsPlainInsert(Statements[i]) && updated.Contains(Statements[i].Target!.Name))
                Statements[i] = Statements[i] with { Effect = RerunEffect.Converges, Convergence = Convergence.UniqueViolationHandled };
        }
    }

    private bool IsVariable(int index, string name) =>
        _tokens[index].Length == name.Length && string.Compare(_tokens.Text, _tokens[index].Start, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsPlainInsert(SqlStatement statement) =>
        statement.Kind is SqlStatementKind.Insert && statement.Effect == RerunEffect.Repeats && statement.Convergence == Convergence.None && statement.Target is not null;

    private SqlStatement Guard(SqlStatement statement)
    {
        if (!IsGuarded)
            return statement;
        if (statement.Kind is SqlStatementKind.CreateTable or SqlStatementKind.CreateIndex or SqlStatementKind.AlterTable or SqlStatementKind.Other)
            return statement with { IfNotExists = true };
        return statement.Effect is RerunEffect.Repeats or RerunEffect.Relative
            ? statement with { Effect = RerunEffect.Converges, Convergence = Convergence.ExistenceChecked }
            : statement;
    }

    // DELETE FROM t WHERE day = @day; INSERT INTO t …
    private SqlStatement Slice(SqlStatement statement)
    {
        if (statement.Target is not { Name.Length: > 0 } target)
            return statement;
        if (SqlSlices.Clears(statement))
            _cleared[target.Name] = (Transaction, _batch);
        else if (statement.Kind is SqlStatementKind.Insert or SqlStatementKind.Copy or SqlStatementKind.CreateTable
            && statement.Effect is RerunEffect.Repeats or RerunEffect.Unknown && statement.Convergence == Convergence.None
            && _cleared.TryGetValue(target.Name, out var cleared) && cleared == (Transaction, _batch))
            return statement with { Effect = RerunEffect.Converges, Convergence = Convergence.SliceReplaced };
        return statement;
    }

    // MySQL: DECLARE CONTINUE HANDLER FOR 1062 …
    private SqlStatement Handle(SqlStatement statement)
    {
        if (statement.Kind == SqlStatementKind.Other && SqlSlices.IsUniqueHandler(_tokens, statement))
            _isHandled = true;
        return _isHandled && IsPlainInsert(statement)
            ? statement with { Effect = RerunEffect.Converges, Convergence = Convergence.UniqueViolationHandled }
            : statement;
    }

    private void NoteVariables(SqlStatement statement, int from, int end)
    {
        var reads = false;
        for (var i = from; i < end && !reads; i++)
            reads = _tokens.Is(i, "FROM");
        if (!reads)
            return;
        for (var i = from; i < end; i++)
        {
            if (_tokens.IsKind(i, SqlTokenKind.Parameter) && (_tokens.IsSymbol(i + 1, "=") || _tokens.IsSymbol(i + 1, ":=") || statement.Kind == SqlStatementKind.Other))
                LookedUp.Add(_tokens.TextOf(_tokens.SpanOf(i, i + 1)));
            else if (_tokens.Is(i, "INTO") && _tokens.Has(i + 1))
                LookedUp.Add(_tokens.TextOf(_tokens.SpanOf(i + 1, i + 2)));
        }
    }
}
