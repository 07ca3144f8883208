namespace RerunSafe.Analyzers.Sql;

internal enum SqlValueKind
{
    /// <summary>Anything that is not one of the others, e.g. an arithmetic expression.</summary>
    Expression,
    Literal,
    Null,
    Parameter,

    /// <summary>Exactly one hole.</summary>
    Hole,
    Column,

    /// <summary>Contains the wall clock: now(), GETDATE(), CURRENT_DATE, date('now'), SYSDATE …</summary>
    Clock,

    /// <summary>Contains a random value: NEWID(), gen_random_uuid(), random() …</summary>
    Random,

    /// <summary>DEFAULT, NEXTVAL, identity functions: given by the store.</summary>
    StoreGenerated,
    Subquery,
}

/// <summary>A value in a statement.</summary>
/// <param name="Kind">What it is. Clock and Random win over the others when they occur anywhere inside.</param>
/// <param name="Text">Its text, trimmed; for a parameter with its prefix (@id, :id, $1, ?).</param>
/// <param name="Span">Where it stands.</param>
internal sealed record SqlValue(SqlValueKind Kind, string Text, SqlSpan Span);
