namespace RerunSafe.Analyzers.Sql;

/// <summary>A range of characters in a <see cref="SqlText"/>.</summary>
internal readonly record struct SqlSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static SqlSpan FromBounds(int start, int end) => new(start, end - start);
}
