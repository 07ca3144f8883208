namespace RerunSafe.Analyzers.Sql;

/// <summary>What the query of an INSERT says of the rows that are already there.</summary>
internal enum SqlExistenceKind
{
    None,

    /// <summary>It looks the target up and adds only what is missing.</summary>
    Checked,

    /// <summary>It looks another table up: whether that row stands for this insert is not to be seen.</summary>
    CheckedElsewhere,
}
