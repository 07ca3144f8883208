namespace RerunSafe.TestKit.Sinks;

/// <summary>The SQL that makes a sink, and where it stands. Sinks of other packages read their schema argument with it.</summary>
/// <param name="Place">The path of the file, or "schema text": for messages.</param>
/// <param name="Sql">The SQL.</param>
public sealed record SchemaText(string Place, string Sql)
{
    /// <summary>Reads a schema argument.</summary>
    /// <param name="schema">
    /// The path of a .sql file, looked for in the current directory and then beside the test assembly; or SQL text, when it is no such path
    /// and holds a CREATE.
    /// </param>
    /// <exception cref="SinkException">It is empty, there is no such file, or the file cannot be read.</exception>
    public static SchemaText Load(string schema)
    {
        if (string.IsNullOrWhiteSpace(schema))
            throw new SinkException("The schema of the sink is empty. Give the path of a .sql file, or SQL text with the CREATE TABLE statements.");

        if (!schema.Contains('\n') && !schema.Contains('\0'))
        {
            foreach (var path in new[] { Path.GetFullPath(schema), Path.Combine(AppContext.BaseDirectory, schema) })
            {
                if (File.Exists(path))
                    return new SchemaText(path, Read(path));
            }
        }

        if (schema.Contains("CREATE", StringComparison.OrdinalIgnoreCase) && schema.Any(char.IsWhiteSpace))
            return new SchemaText("schema text", schema);

        throw new SinkException(
            $"There is no schema file '{schema}', neither in {Directory.GetCurrentDirectory()} nor in {AppContext.BaseDirectory}, and it is no SQL text with a CREATE. "
            + "Correct the path, or set CopyToOutputDirectory on the file in the test project.");
    }

    /// <summary>The statements, each with the line on which it begins, so that an error can be placed.</summary>
    public IEnumerable<(int Line, string Text)> Statements()
    {
        var from = 0;
        foreach (var statement in Seams.SqlStatementSplitter.Split(Sql))
        {
            var text = statement.Text.Trim();
            var at = Sql.IndexOf(text, from, StringComparison.Ordinal);
            from = at + text.Length;
            yield return (1 + Sql.AsSpan(0, at).Count('\n'), text);
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SinkException($"The schema file '{path}' cannot be read: {e.Message}", e);
        }
    }
}
