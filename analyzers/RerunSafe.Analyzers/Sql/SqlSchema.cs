namespace RerunSafe.Analyzers.Sql;

internal sealed class SqlSchema
{
    public static SqlSchema Empty { get; } = new();

    public SqlSchema Add(SqlScript script) => this;

    public SqlTable? Find(string name) => null;
}
