namespace RerunSafe.Analyzers.Sql;

/// <summary>
/// SQL as far as the source shows it. Where a part is not known at compile time the text holds one
/// <see cref="Hole"/> character; the k-th such character is hole k, in order of appearance.
/// </summary>
internal sealed class SqlText
{
    /// <summary>Stands for text that is not known (U+FFFC, object replacement character).</summary>
    public const char Hole = '\uFFFC';

    public SqlText(string text, SqlDialect dialect = SqlDialect.Generic, int start = 0, int depth = 0)
    {
        Text = text;
        Dialect = dialect;
        Start = start;
        Depth = depth;
    }

    /// <summary>Where reading starts: a text inside another one keeps its offsets.</summary>
    public int Start { get; }

    /// <summary>In how many other texts it stands (EXEC('…')).</summary>
    public int Depth { get; }

    public string Text { get; }

    public SqlDialect Dialect { get; }
}
