namespace RerunSafe.TestKit.Seams;

/// <summary>
/// Classifies a command's text by the first words of its statements. A statement that is not known counts as a write: one
/// crash point too many costs a run, one too few hides a fault. SELECT counts as a read, whatever functions it calls.
/// <para>
/// A text of several statements is a commit if it commits a transaction that it did not begin; else a write if any statement writes; else what
/// its first statement is that is no read.
/// </para>
/// </summary>
internal static class StepTextReader
{
    private const int LongestStatement = 400;

    public static StepText Read(string sql)
    {
        StepKind? kind = null;
        string? table = null;
        string? savepoint = null;
        string? released = null;
        var statements = 0;
        var commits = 0;
        var begun = false;
        var parts = SqlStatementSplitter.Split(sql);
        foreach (var (_, words) in parts)
        {
            var one = StatementWords.Read(words);
            statements++;
            table ??= one.Table;
            savepoint ??= one.Savepoint;
            released ??= one.Released;
            var weight = one.Kind == StepKind.Commit && begun ? StepKind.Query : one.Kind;
            if ((one.Kind == StepKind.Write && !begun) || one.Kind == StepKind.Commit)
                commits++;
            begun = one.Kind == StepKind.Begin || (begun && one.Kind is not (StepKind.Commit or StepKind.Rollback));
            if (kind is null or StepKind.Query || Strength(weight) > Strength(kind.Value))
                kind = weight;
        }

        return new StepText(kind ?? StepKind.Query, SqlScan.OneLine(sql, LongestStatement), table, Math.Max(1, statements), commits, savepoint, released)
        {
            Parts = parts.Count > 1 ? [.. parts.Select(part => part.Text)] : [],
        };
    }

    private static int Strength(StepKind kind) => kind switch
    {
        StepKind.Commit => 2,
        StepKind.Write => 1,
        _ => 0,
    };
}
