namespace RerunSafe.Analyzers.Sql;

/// <summary>Splits a text into statements and classifies each.</summary>
internal static class SqlReader
{
    public static SqlScript Read(SqlText text) => Read(text, out _);

    /// <summary>Reads, and says how much was looked at: for the test that reading takes linear time.</summary>
    public static SqlScript Read(SqlText text, out long steps)
    {
        var reader = new SqlScriptReader(text);
        var statements = reader.Read();
        steps = reader.Steps;
        return new SqlScript(text, statements);
    }

    /// <summary>
    /// A cheap test for "may this be SQL that matters": the text holds one of the shapes that write, define or read
    /// (INSERT INTO, UPDATE … SET, SELECT … FROM), where a statement can stand. It allocates nothing; prose is mostly refused.
    /// </summary>
    public static bool MayBeSql(string text) => SqlSniffer.MayBeSql(text);
}
