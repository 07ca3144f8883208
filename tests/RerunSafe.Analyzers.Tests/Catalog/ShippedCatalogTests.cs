using System.Text.Json;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>The compiled catalogue says what the JSON files say, and the schema knows the words that the reader knows.</summary>
public class ShippedCatalogTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Catalog", "Shipped");

    [Test]
    public void The_packed_catalogue_equals_its_files()
    {
        var seen = new HashSet<string>();
        var contents = Files().Select(f => CatalogReader.ReadShipped(File.ReadAllText(f), seen)).ToList();
        var shipped = ShippedCatalog.Data;
        Assert.Multiple(() =>
        {
            Assert.That(contents.SelectMany(c => c.Problems), Is.Empty);
            Assert.That(shipped.Apis, Is.EqualTo(contents.SelectMany(c => c.Data.Apis)).And.Length.GreaterThan(600));
            Assert.That(shipped.Roots, Is.EqualTo(contents.SelectMany(c => c.Data.Roots)).And.Not.Empty);
            Assert.That(shipped.Dialects, Is.EqualTo(contents.SelectMany(c => c.Data.Dialects)).And.Not.Empty);
            Assert.That(shipped.Names, Is.EqualTo(contents.SelectMany(c => c.Data.Names)).And.Not.Empty);
            Assert.That(shipped.Exceptions.Select(Line), Is.EqualTo(contents.SelectMany(c => c.Data.Exceptions).Select(Line)).And.Not.Empty);
        });

        static string Line(ExceptionEntry e) => $"{e.Id} {e.Meaning} {e.Member} {string.Join(",", e.Values)}";
    }

    [Test]
    public void Every_api_and_root_names_its_library_and_source()
    {
        Assert.That(ShippedCatalog.Data.Apis.Where(a => a.Library.Length == 0 || a.Source.Length == 0), Is.Empty);
        Assert.That(ShippedCatalog.Data.Roots.Where(r => r.Library.Length == 0 || r.Source.Length == 0 || r.RunsAgain.Length == 0), Is.Empty);
    }

    [TestCase("api", "meaning", typeof(ApiMeaning))]
    [TestCase("root", "kind", typeof(RootKind))]
    [TestCase("root", "onReturn", typeof(Outcome))]
    [TestCase("root", "onThrow", typeof(Outcome))]
    [TestCase("dialect", "dialect", typeof(SqlDialect))]
    [TestCase("exception", "meaning", typeof(ExceptionMeaning))]
    [TestCase("name", "meaning", typeof(NameMeaning))]
    public void The_schema_has_the_words_of_the_vocabulary(string entry, string property, Type words)
    {
        var known = (string[])typeof(CatalogWords).GetMethod(nameof(CatalogWords.Of))!.MakeGenericMethod(words).Invoke(null, null)!;
        Assert.That(Enum(entry, property), Is.EqualTo(known));
    }

    [Test]
    public void The_schema_has_the_results() => Assert.That(Enum("api", "result"), Is.EqualTo(CatalogWords.Results));

    [TestCase("api", """{ "id": "M:A.B", "meaning": "bind-parameter", "argument": "a", "name": "n" }""", "apis")]
    [TestCase("root", """{ "id": "M:A.B", "kind": "member" }""", "roots")]
    [TestCase("dialect", """{ "id": "T:A", "dialect": "tsql" }""", "dialects")]
    [TestCase("exception", """{ "id": "T:A", "meaning": "transient" }""", "exceptions")]
    [TestCase("name", """{ "pattern": "a", "meaning": "status" }""", "names")]
    public void The_schema_has_the_properties_that_the_reader_reads(string definition, string minimal, string section)
    {
        // The reader lists what it knows where it meets a property that nothing is near to.
        var problem = CatalogReader.Read($$"""{ "{{section}}": [{{minimal.Replace("}", ", \"qqqqqqqqqqqqqqqqqqqqqqqq\": 1 }")}}] }""").Problems.Single();
        var read = problem.Cure["write one of ".Length..].Split(", ");
        var properties = Definition(definition).GetProperty("properties").EnumerateObject().Select(p => p.Name);
        Assert.That(properties, Is.EquivalentTo(read));
    }

    [Test]
    public void Every_word_of_the_vocabulary_has_a_description_in_the_schema()
    {
        foreach (var property in new[] { Definition("api").GetProperty("properties").GetProperty("meaning"), Definition("name").GetProperty("properties").GetProperty("meaning") })
        {
            Assert.That(property.GetProperty("enumDescriptions").GetArrayLength(), Is.EqualTo(property.GetProperty("enum").GetArrayLength()));
            Assert.That(property.GetProperty("enumDescriptions").EnumerateArray().Select(d => d.GetString()), Has.All.Not.Empty);
        }
    }

    private static IEnumerable<string> Files() =>
        Directory.GetFiles(Folder, "*.json").Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal)).OrderBy(Path.GetFileName, StringComparer.Ordinal);

    private static string[] Enum(string entry, string property) =>
        Definition(entry).GetProperty("properties").GetProperty(property).GetProperty("enum").EnumerateArray().Select(w => w.GetString()!).ToArray();

    private static JsonElement Definition(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "rerunsafe.schema.json"))).RootElement.GetProperty("definitions").GetProperty(name);
}
