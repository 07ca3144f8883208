namespace RerunSafe.Analyzers.Sql;

internal enum SqlFrameKind
{
    /// <summary>BEGIN … END.</summary>
    Block,

    /// <summary>IF … THEN … END IF.</summary>
    Then,

    /// <summary>BEGIN TRY … END TRY.</summary>
    Try,

    /// <summary>BEGIN CATCH … END CATCH.</summary>
    Catch,
}
