using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// Reads a catalogue file: the shipped ones at build time, users' own while the compiler runs. A bad entry is reported
/// and left out, the others apply. Never throws.
/// </summary>
internal sealed class CatalogReader
{
    private readonly List<CatalogProblem> _problems = [];
    private readonly HashSet<string> _seen;
    private readonly bool _isShipped;
    private readonly ImmutableArray<ApiEntry>.Builder _apis = ImmutableArray.CreateBuilder<ApiEntry>();
    private readonly ImmutableArray<RootEntry>.Builder _roots = ImmutableArray.CreateBuilder<RootEntry>();
    private readonly ImmutableArray<DialectEntry>.Builder _dialects = ImmutableArray.CreateBuilder<DialectEntry>();
    private readonly ImmutableArray<ExceptionEntry>.Builder _exceptions = ImmutableArray.CreateBuilder<ExceptionEntry>();
    private readonly ImmutableArray<NameEntry>.Builder _names = ImmutableArray.CreateBuilder<NameEntry>();
    private string _library = "";
    private string _source = "";

    private CatalogReader(bool isShipped, HashSet<string> seen)
    {
        _isShipped = isShipped;
        _seen = seen;
    }

    /// <summary>Reads a user's file.</summary>
    public static CatalogContent Read(string text) => new CatalogReader(isShipped: false, []).ReadFile(text);

    /// <summary>Reads one of the shipped files, which must name the library and the source of each entry and repeat no other file.</summary>
    public static CatalogContent ReadShipped(string text, HashSet<string> seen) => new CatalogReader(isShipped: true, seen).ReadFile(text);

    private CatalogContent ReadFile(string text)
    {
        if (JsonReader.Read(text, _problems) is { } root)
        {
            var fields = new CatalogFields(root, "the file", _problems);
            if (root.Kind != JsonKind.Object)
                fields.Fail(root, "the outermost value is no object", "write { \"apis\": [ ] }");
            else
                ReadRoot(fields);
        }

        return new CatalogContent(
            new ApiCatalogData(_apis.ToImmutable(), _roots.ToImmutable(), _dialects.ToImmutable(), _exceptions.ToImmutable(), _names.ToImmutable()),
            _problems.ToImmutableArray());
    }

    private void ReadRoot(CatalogFields file)
    {
        file.Find("$schema");
        _library = file.Text("library");
        _source = file.Text("source");
        ReadSection(file, "apis", ReadApi);
        ReadSection(file, "roots", ReadRootEntry);
        ReadSection(file, "dialects", ReadDialect);
        ReadSection(file, "exceptions", ReadException);
        ReadSection(file, "names", ReadName);
        file.RejectOthers();
    }

    private void ReadSection(CatalogFields file, string name, Action<CatalogFields> readEntry)
    {
        if (file.Find(name) is not { } section)
            return;
        if (section.Kind != JsonKind.Array)
        {
            if (!section.IsBroken)
                file.Fail(section, $"'{name}' is no array", $"write \"{name}\": [ … ]");
            return;
        }

        for (var i = 0; i < section.Items.Count; i++)
        {
            var item = section.Items[i];
            var fields = new CatalogFields(item, $"{name}[{i}]", _problems);
            if (item.Kind == JsonKind.Object)
                readEntry(fields);
            else if (fields.IsUsable)
                fields.Fail(item, "the entry is no object", "write { … }");
        }
    }

    private void ReadApi(CatalogFields fields)
    {
        var ids = fields.Texts("id", isRequired: true);
        var meaning = fields.Word<ApiMeaning>("meaning", isRequired: true);
        var needsArgument = fields.IsUsable && meaning is ApiMeaning.BindParameter or ApiMeaning.ReadsFile or ApiMeaning.WritesFile or ApiMeaning.AppendsFile or ApiMeaning.MovesFile;
        var prototype = new ApiEntry
        {
            Meaning = meaning,
            Argument = fields.Text("argument", isRequired: needsArgument),
            Name = fields.Text("name", isRequired: needsArgument && meaning == ApiMeaning.BindParameter),
            Transaction = fields.Text("transaction"),
            Values = fields.Text("values"),
            Result = ReadResult(fields),
            When = ReadCondition(fields),
            Library = Provenance(fields, "library", _library),
            Source = Provenance(fields, "source", _source),
        };
        fields.RejectOthers();
        if (Accepts(fields, ids, id => IsId(fields, id, meaning == ApiMeaning.BuildsWebApp ? "MT" : "MP"), id => $"{meaning} {id} {prototype.Argument} {prototype.When}"))
            _apis.AddRange(ids.Select(id => prototype with { Id = id.Text }));
    }

    private void ReadRootEntry(CatalogFields fields)
    {
        var ids = fields.Texts("id", isRequired: true);
        var kind = fields.Word<RootKind>("kind", isRequired: true);
        var prototype = new RootEntry
        {
            Kind = kind,
            RunsAgain = fields.Text("runsAgain", "is run again", isRequired: _isShipped),
            PerRecord = fields.Flag("perRecord"),
            Batch = fields.Flag("batch"),
            OnReturn = fields.Word<Outcome>("onReturn", isRequired: _isShipped),
            OnThrow = fields.Word<Outcome>("onThrow", isRequired: _isShipped),
            DeadLetters = fields.Text("deadLetters"),
            ConfiguredBy = fields.Text("configuredBy"),
            Library = Provenance(fields, "library", _library),
            Source = Provenance(fields, "source", _source),
        };
        fields.RejectOthers();
        if (Accepts(fields, ids, IsOfKind, id => $"{kind} {id}"))
            _roots.AddRange(ids.Select(id => prototype with { Id = id.Text }));

        bool IsOfKind(JsonNode id) => kind switch
        {
            RootKind.Member => IsId(fields, id, "M"),
            RootKind.Event => IsId(fields, id, "E"),
            RootKind.Name => IsConvention(fields, id),
            _ => IsId(fields, id, "T"),
        };
    }

    private void ReadDialect(CatalogFields fields)
    {
        var ids = fields.Texts("id", isRequired: true);
        var dialect = fields.Word<Sql.SqlDialect>("dialect", isRequired: true);
        var facts = fields.Flags<ProviderFacts>("facts");
        IgnoreProvenance(fields);
        fields.RejectOthers();
        if (Accepts(fields, ids, id => IsId(fields, id, "TM"), id => "dialect " + id))
            _dialects.AddRange(ids.Select(id => new DialectEntry(id.Text, dialect, facts)));
    }

    private void ReadException(CatalogFields fields)
    {
        var ids = fields.Texts("id", isRequired: true);
        var meaning = fields.Word<ExceptionMeaning>("meaning", isRequired: true);
        var member = fields.Text("member");
        var values = fields.Texts("values", isRequired: member.Length > 0).Select(v => v.Text).ToImmutableArray();
        IgnoreProvenance(fields);
        fields.RejectOthers();
        if (Accepts(fields, ids, id => IsId(fields, id, "T"), id => $"{meaning} {id} {member}"))
            _exceptions.AddRange(ids.Select(id => new ExceptionEntry(id.Text, meaning, member, values)));
    }

    private void ReadName(CatalogFields fields)
    {
        var patterns = fields.Texts("pattern", isRequired: true);
        var meaning = fields.Word<NameMeaning>("meaning", isRequired: true);
        IgnoreProvenance(fields);
        fields.RejectOthers();
        if (Accepts(fields, patterns, pattern => IsPattern(fields, pattern), pattern => $"{meaning} {pattern}"))
            _names.AddRange(patterns.Select(pattern => new NameEntry(pattern.Text, meaning)));
    }

    private static string ReadResult(CatalogFields fields)
    {
        var result = fields.Text("result");
        if (result.Length > 0 && Array.IndexOf(CatalogWords.Results, result) < 0)
            fields.Fail(fields.Find("result")!, $"'{result}' is no result", CatalogWords.Suggest(result, CatalogWords.Results));
        return result;
    }

    private static string ReadCondition(CatalogFields fields)
    {
        var condition = fields.Text("when");
        if (condition.Length > 0 && !CatalogIds.IsCondition(condition))
            fields.Fail(fields.Find("when")!, $"'{condition}' is no condition", "write a parameter, '=' and the value of a constant: \"append=true\", \"mode=Append\"");
        return condition;
    }

    private string Provenance(CatalogFields fields, string name, string ofFile) =>
        fields.Text(name, ofFile, isRequired: _isShipped && ofFile.Length == 0);

    private void IgnoreProvenance(CatalogFields fields)
    {
        Provenance(fields, "library", _library);
        Provenance(fields, "source", _source);
    }

    // All IDs of an entry or none: an entry is either used as it stands or reported.
    private bool Accepts(CatalogFields fields, IReadOnlyList<JsonNode> ids, Func<JsonNode, bool> isValid, Func<string, string> key)
    {
        foreach (var id in ids)
            isValid(id);
        foreach (var id in ids)
        {
            if (fields.IsUsable && !_seen.Add(key(id.Text)))
                fields.Fail(id, $"'{id.Text}' is there twice with this meaning", "remove one of the entries");
        }

        return fields.IsUsable;
    }

    private static bool IsId(CatalogFields fields, JsonNode id, string prefixes)
    {
        if (CatalogIds.Mistake(id.Text, prefixes) is not { } mistake)
            return true;
        fields.Fail(id, mistake.Wrong, mistake.Cure);
        return false;
    }

    private static bool IsConvention(CatalogFields fields, JsonNode id)
    {
        if (CatalogIds.IsConvention(id.Text))
            return true;
        fields.Fail(id, $"'{id.Text}' is no naming convention", "write a type name with at most one '*' at its start or end, '.' and a method name: \"*Consumer.Consume\"");
        return false;
    }

    private static bool IsPattern(CatalogFields fields, JsonNode pattern)
    {
        if (CatalogIds.IsNamePattern(pattern.Text))
            return true;
        fields.Fail(pattern, $"'{pattern.Text}' is no name pattern", "write lower-case words joined by '_', each with '*' at its end at most, and '^' or '$' to pin them: \"^processed_message\"");
        return false;
    }
}
