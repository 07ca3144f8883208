namespace RerunSafe.Analyzers.Sql;

internal enum SqlStatementKind
{
    /// <summary>Not understood: nothing may be concluded from it.</summary>
    Unknown,
    Select,
    Insert,
    Update,
    Delete,
    Truncate,
    Merge,
    CreateTable,
    CreateIndex,
    AlterTable,
    Drop,
    Copy,
    Begin,
    Commit,
    Rollback,

    /// <summary>A stored procedure or function whose body is not visible.</summary>
    Call,

    /// <summary>Understood and without an effect on a sink (SET, PRAGMA, USE, DECLARE …).</summary>
    Other,
}
