using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>A text, read: its statements in order.</summary>
internal sealed class SqlScript
{
    public SqlScript(SqlText text, ImmutableArray<SqlStatement> statements)
    {
        Text = text;
        Statements = statements;
    }

    private SqlIgnores? _ignores;

    public SqlText Text { get; }

    /// <summary>The comments that tell rules to be silent.</summary>
    public SqlIgnores Ignores => _ignores ??= SqlIgnores.Read(Text.Text);

    public ImmutableArray<SqlStatement> Statements { get; }

    /// <summary>Reads a text. Never throws; what is not understood becomes <see cref="SqlStatementKind.Unknown"/>.</summary>
    public static SqlScript Read(SqlText text) => SqlReader.Read(text);
}
