namespace RerunSafe.Analyzers.Sql;

/// <summary>Why a statement converges.</summary>
internal enum Convergence
{
    None,

    /// <summary>ON CONFLICT DO NOTHING, INSERT IGNORE, INSERT OR IGNORE, IGNORE_DUP_KEY hints.</summary>
    ConflictIgnored,

    /// <summary>ON CONFLICT DO UPDATE, ON DUPLICATE KEY UPDATE, INSERT OR REPLACE, REPLACE INTO.</summary>
    ConflictUpdates,

    /// <summary>MERGE whose ON compares a key (not ON 1 = 0).</summary>
    MergeOnKey,

    /// <summary>INSERT … WHERE NOT EXISTS / NOT IN / anti-join, IF NOT EXISTS … INSERT, UPDATE … IF @@ROWCOUNT = 0 INSERT.</summary>
    ExistenceChecked,

    /// <summary>INSERT OVERWRITE, or a delete of the same slice earlier in the same script and transaction.</summary>
    SliceReplaced,

    /// <summary>A block of procedural SQL that handles the unique violation.</summary>
    UniqueViolationHandled,

    /// <summary>An UPDATE that sets absolute values, a DELETE, a TRUNCATE.</summary>
    Absolute,
}
