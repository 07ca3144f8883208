using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads columns and keys out of CREATE TABLE, CREATE UNIQUE INDEX and ALTER TABLE … ADD.</summary>
internal sealed class DefinitionReader
{
    private static readonly WordSet TableConstraints = new(
        "PRIMARY", "UNIQUE", "CONSTRAINT", "FOREIGN", "CHECK", "KEY", "INDEX", "EXCLUDE", "LIKE", "PERIOD", "FULLTEXT", "SPATIAL", "PROJECTION");

    private static readonly WordSet Generators = new("IDENTITY", "AUTO_INCREMENT", "AUTOINCREMENT", "SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL4", "SERIAL8", "GENERATED", "ROWVERSION");
    private static readonly WordSet GeneratingDefaults = new("NEXTVAL", "NEWID", "NEWSEQUENTIALID", "GEN_RANDOM_UUID", "UUID_GENERATE_V4", "UUID_GENERATE_V1", "UUID", "UUIDV7",
        "GENERATEUUIDV4", "SYS_GUID", "NEXT");

    private static readonly WordSet SizedTypes = new("VARCHAR", "NVARCHAR", "CHAR", "NCHAR", "VARCHAR2", "TEXT", "DECIMAL", "NUMERIC", "INT", "VARBINARY", "BINARY");

    private static readonly WordSet ReplacingEngines = new(
        "REPLACINGMERGETREE", "REPLICATEDREPLACINGMERGETREE", "COLLAPSINGMERGETREE", "VERSIONEDCOLLAPSINGMERGETREE", "COALESCINGMERGETREE", "EMBEDDEDROCKSDB");

    private readonly SqlTokens _tokens;
    private readonly ImmutableArray<string>.Builder _columns = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<string>.Builder _generated = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<ImmutableArray<string>>.Builder _keys = ImmutableArray.CreateBuilder<ImmutableArray<string>>();

    private DefinitionReader(SqlTokens tokens) => _tokens = tokens;

    public static SqlTable? ReadTable(SqlTokens tokens, int from, int end, string name)
    {
        var open = from;
        while (open < end && !tokens.IsSymbol(open, "("))
            open++;
        if (open >= end || name.Length == 0)
            return null;
        var reader = new DefinitionReader(tokens);
        foreach (var (start, stop) in tokens.SplitAtCommas(open + 1, tokens.SkipGroup(open, end) - 1))
            reader.ReadItem(start, stop);
        return reader.Build(name) with { KeepsOneRow = KeepsOneRow(tokens, tokens.SkipGroup(open, end), end) };
    }

    private static bool KeepsOneRow(SqlTokens tokens, int from, int end) =>
        tokens.Find("ENGINE", from, end) is >= 0 and var engine
        && tokens.IsIn(tokens.IsSymbol(engine + 1, "=") ? engine + 2 : engine + 1, ReplacingEngines);

    public static SqlTable? ReadUniqueIndex(SqlTokens tokens, int from, int end, string name)
    {
        // A filtered index is unique for some rows only.
        if (name.Length == 0 || tokens.Find("WHERE", from, end) >= 0)
            return null;
        var reader = new DefinitionReader(tokens);
        reader.AddKey(from, end);
        return reader.Build(name);
    }

    public static SqlTable? ReadAddition(SqlTokens tokens, int from, int end, string name)
    {
        if (name.Length == 0)
            return null;
        var reader = new DefinitionReader(tokens);
        var isAdding = false;
        foreach (var (start, stop) in tokens.SplitAtCommas(from, end))
        {
            var at = start;
            if (tokens.Is(at, "WITH"))
                at += 2;
            isAdding = tokens.Is(at, "ADD") || (isAdding && !tokens.IsAny(at, "DROP", "ALTER", "RENAME", "MODIFY"));
            if (!isAdding)
                continue;
            if (tokens.Is(at, "ADD"))
                at++;
            if (tokens.Is(at, "COLUMN"))
                at++;
            while (tokens.IsAny(at, "IF", "NOT", "EXISTS"))
                at++;
            if (tokens.IsSymbol(at, "("))
                reader.ReadItem(at + 1, tokens.SkipGroup(at, stop) - 1);
            else
                reader.ReadItem(at, stop);
        }

        return reader._keys.Count + reader._columns.Count > 0 ? reader.Build(name) : null;
    }

    private SqlTable Build(string name) => new(name, _columns.ToImmutable(), _keys.ToImmutable(), _generated.ToImmutable());

    private void ReadItem(int start, int stop)
    {
        if (start >= stop)
            return;
        if (_tokens.IsIn(start, TableConstraints) && !(_tokens.IsIn(start + 1, Generators) || IsColumnNamedLikeKeyword(start)))
        {
            ReadConstraint(start, stop);
            return;
        }

        if (!_tokens.IsName(start) || _tokens.Unquoted(start) is not { Length: > 0 } column)
            return;
        _columns.Add(column);
        var isGenerated = false;
        var isKey = false;
        for (var i = start + 1; i < stop; i++)
        {
            if (_tokens.IsGroup(i))
            {
                isGenerated |= _tokens.Is(i - 1, "DEFAULT") && _tokens.IsIn(i + 1, GeneratingDefaults);
                i = _tokens.SkipGroup(i, stop) - 1;
                continue;
            }

            isKey |= (_tokens.Is(i, "PRIMARY") && _tokens.Is(i + 1, "KEY")) || _tokens.Is(i, "UNIQUE");
            isGenerated |= _tokens.IsIn(i, Generators) || (_tokens.Is(i, "DEFAULT") && _tokens.IsIn(i + 1, GeneratingDefaults));
        }

        // SQLite's rowid: given by the store only where the insert leaves it out, so it is no generated column as such.
        if (isGenerated)
            _generated.Add(column);
        if (isKey)
            _keys.Add(ImmutableArray.Create(column));
    }

    // "key" and "index" are popular names of columns: key text, index int.
    private bool IsColumnNamedLikeKeyword(int start) =>
        _tokens.IsAny(start, "KEY", "INDEX", "PERIOD") && _tokens.IsName(start + 1) && !_tokens.Is(start + 1, "FOR")
        && (!_tokens.IsSymbol(start + 2, "(") || _tokens.IsIn(start + 1, SizedTypes));

    private void ReadConstraint(int start, int stop)
    {
        for (var i = start; i < stop; i++)
        {
            if (_tokens.IsAny(i, "FOREIGN", "CHECK"))
                return;
            if (_tokens.Is(i, "UNIQUE") || (_tokens.Is(i, "PRIMARY") && _tokens.Is(i + 1, "KEY")))
            {
                AddKey(i + 1, stop);
                return;
            }
        }
    }

    private void AddKey(int from, int stop)
    {
        var open = from;
        while (open < stop && !_tokens.IsSymbol(open, "("))
            open++;
        if (open >= stop)
            return;
        var columns = ImmutableArray.CreateBuilder<string>();
        foreach (var (start, end) in _tokens.SplitAtCommas(open + 1, _tokens.SkipGroup(open, stop) - 1))
        {
            // lower(id), (data ->> 'id'): unique by an expression, which is no column to name in a conflict clause. name(10) is MySQL's prefix.
            var isPrefix = _tokens.IsSymbol(start + 1, "(") && start + 2 < end && _tokens[start + 2].Kind == SqlTokenKind.Number;
            if (!_tokens.IsName(start) || (_tokens.IsSymbol(start + 1, "(") && !isPrefix))
                columns.Add(_tokens.TextOf(_tokens.SpanOf(start, end)));
            else if (_tokens.Unquoted(start) is { Length: > 0 } column)
                columns.Add(column);
        }

        if (columns.Count > 0)
            _keys.Add(columns.ToImmutable());
    }
}
