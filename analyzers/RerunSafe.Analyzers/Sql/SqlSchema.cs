using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>The tables that the texts seen so far define. Immutable: adding a script gives another schema.</summary>
internal sealed class SqlSchema
{
    private readonly ImmutableDictionary<string, SqlTable> _tables;

    private SqlSchema(ImmutableDictionary<string, SqlTable> tables) => _tables = tables;

    public static SqlSchema Empty { get; } = new(ImmutableDictionary.Create<string, SqlTable>(StringComparer.OrdinalIgnoreCase));

    /// <summary>This schema and what a script defines. The order of scripts does not matter: an index may come before its table.</summary>
    public SqlSchema Add(SqlScript script)
    {
        var tables = _tables;
        foreach (var statement in script.Statements)
        {
            if (statement.Definition is not { } definition || statement.Target is { IsTemporary: true })
                continue;
            tables = tables.SetItem(definition.Name, tables.TryGetValue(definition.Name, out var known) ? Join(known, definition) : definition);
        }

        return ReferenceEquals(tables, _tables) ? this : new SqlSchema(tables);
    }

    /// <summary>A table by its name without schema, in any case; null where no text defines it.</summary>
    public SqlTable? Find(string name) => _tables.TryGetValue(name, out var table) ? table : null;

    private static SqlTable Join(SqlTable known, SqlTable more)
    {
        var keys = known.UniqueKeys.ToBuilder();
        foreach (var key in more.UniqueKeys)
        {
            if (!keys.Any(k => k.SequenceEqual(key, StringComparer.OrdinalIgnoreCase)))
                keys.Add(key);
        }

        return new SqlTable(known.Name, Union(known.Columns, more.Columns), keys.ToImmutable(), Union(known.GeneratedColumns, more.GeneratedColumns)) { KeepsOneRow = known.KeepsOneRow || more.KeepsOneRow };
    }

    private static ImmutableArray<string> Union(ImmutableArray<string> first, ImmutableArray<string> second) =>
        second.IsEmpty ? first : first.Concat(second).Distinct(StringComparer.OrdinalIgnoreCase).ToImmutableArray();
}
