namespace RerunSafe.Analyzers.Sql;

/// <summary>A block of procedural SQL that is open while a script is read.</summary>
internal sealed class SqlFrame
{
    public SqlFrameKind Kind { get; init; }

    /// <summary>The statements in it run only where a look-up found nothing.</summary>
    public bool IsGuarded { get; set; }

    /// <summary>The other branch of the IF that this block is, or that was read last in it, runs only where a look-up found nothing.</summary>
    public bool ElseIsGuarded { get; set; }

    /// <summary>The first statement of the block, as an index into the statements read so far.</summary>
    public int FirstStatement { get; init; }

    /// <summary>Where the block's text starts, as an index of a token.</summary>
    public int FirstToken { get; init; }

    /// <summary>The statement behind which the exception handlers stand; -1 while none do.</summary>
    public int Handlers { get; set; } = -1;
}
