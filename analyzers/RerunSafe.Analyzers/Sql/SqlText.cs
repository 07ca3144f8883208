namespace RerunSafe.Analyzers.Sql;

/// <summary>
/// SQL as far as the source shows it. Where a part is not known at compile time the text holds one
/// <see cref="Hole"/> character; the k-th such character is hole k, in order of appearance.
/// </summary>
internal sealed class SqlText
{
    /// <summary>Stands for text that is not known (U+FFFC, object replacement character).</summary>
    public const char Hole = '\uFFFC';

    public SqlText(string text, SqlDialect dialect = SqlDialect.Generic)
    {
        Text = text;
        Dialect = dialect;
    }

    public string Text { get; }

    public SqlDialect Dialect { get; }
}
