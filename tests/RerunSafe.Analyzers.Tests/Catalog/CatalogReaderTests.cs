using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Catalog;

public class CatalogReaderTests
{
    private const string Good = """{ "id": "M:Shop.Store.Save", "meaning": "append" }""";

    [Test]
    public void Reads_every_kind_of_entry()
    {
        var data = Read("""
            {
              "$schema": "./rerunsafe.schema.json", "library": "Shop", "source": "handbook",
              "apis": [{ "id": ["M:Shop.Sql.Run", "M:Shop.Sql.RunAsync"], "meaning": "execute-sql", "argument": "text", "values": "args", "transaction": "tx", "result": "rows", "when": "mode=Fast" }],
              "roots": [{ "id": "M:Shop.IJob.Go", "kind": "member", "runsAgain": "fires again", "perRecord": true, "onReturn": "settled", "onThrow": "retried-then-failed" }],
              "dialects": [{ "id": "T:Shop.Db", "dialect": "postgresql", "facts": ["truncate-commits", "ignores-ambient-transaction"] }],
              "exceptions": [{ "id": "T:Shop.DuplicateException", "meaning": "unique-violation", "member": "Code", "values": ["7", "Twice"] }],
              "names": [{ "pattern": "^ledger_copy", "meaning": "staging-table" }]
            }
            """);
        Assert.Multiple(() =>
        {
            Assert.That(data.Apis.Select(a => a.Id), Is.EqualTo(new[] { "M:Shop.Sql.Run", "M:Shop.Sql.RunAsync" }));
            Assert.That(data.Apis[1], Is.EqualTo(new ApiEntry
            {
                Id = "M:Shop.Sql.RunAsync",
                Meaning = ApiMeaning.ExecuteSql,
                Argument = "text",
                Values = "args",
                Transaction = "tx",
                Result = "rows",
                When = "mode=Fast",
                Library = "Shop",
                Source = "handbook",
            }));
            Assert.That(data.Roots.Single(), Is.EqualTo(new RootEntry
            {
                Id = "M:Shop.IJob.Go",
                Kind = RootKind.Member,
                RunsAgain = "fires again",
                PerRecord = true,
                OnReturn = Outcome.Settled,
                OnThrow = Outcome.RetriedThenFailed,
                Library = "Shop",
                Source = "handbook",
            }));
            Assert.That(data.Dialects.Single(), Is.EqualTo(new DialectEntry("T:Shop.Db", SqlDialect.PostgreSql, ProviderFacts.TruncateCommits | ProviderFacts.IgnoresAmbientTransaction)));
            Assert.That(data.Exceptions.Single().Values, Is.EqualTo(new[] { "7", "Twice" }));
            Assert.That(data.Names.Single(), Is.EqualTo(new NameEntry("^ledger_copy", NameMeaning.StagingTable)));
        });
    }

    [Test]
    public void Accepts_a_byte_order_mark_comments_and_trailing_commas() =>
        Assert.That(Read("\uFEFF// mine\n{ /* all of it */ \"apis\": [" + Good + ",],}\n").Apis, Has.Length.EqualTo(1));

    [TestCase("""{ "id": "M:A.B", "meaning": "exec-sql" }""", "'exec-sql' is no meaning", "write 'execute-sql'")]
    [TestCase("""{ "id": "M:A.B", "meaning": "Append" }""", "'Append' is no meaning", "write 'append'")]
    [TestCase("""{ "id": "M:A.B", "meaning": "xyzzy" }""", "'xyzzy' is no meaning", "write one of execute-sql, ")]
    [TestCase("""{ "id": "M:A.B", "meaning": "append", "arguments": "x" }""", "the property 'arguments' is unknown", "write 'argument'")]
    [TestCase("""{ "id": "T:A.B", "meaning": "append" }""", "begins with 'T:' does not fit here", "begin it with 'M:' or 'P:'")]
    [TestCase("""{ "id": "A.B.C", "meaning": "append" }""", "'A.B.C' is no documentation ID", "begin it with 'M:' or 'P:'")]
    [TestCase("""{ "id": "M:A..C", "meaning": "append" }""", "'' in 'M:A..C' is no name", "as the compiler does")]
    [TestCase("""{ "id": "M:Save", "meaning": "append" }""", "'M:Save' names no type", "full name of the type")]
    [TestCase("""{ "id": "M:A.B(System.String", "meaning": "append" }""", "parameter list", "(…)")]
    [TestCase("""{ "meaning": "append" }""", "the property 'id' is missing", "\"id\": …")]
    [TestCase("""{ "id": "M:A.B" }""", "the property 'meaning' is missing", "\"meaning\": …")]
    [TestCase("""{ "id": "M:A.B", "meaning": "reads-file" }""", "the property 'argument' is missing", "\"argument\": …")]
    [TestCase("""{ "id": 7, "meaning": "append" }""", "'id' is no string", "double quotes")]
    [TestCase("""{ "id": [], "meaning": "append" }""", "'id' is an empty array", "at least one string")]
    [TestCase("""{ "id": "M:A.B", "meaning": "append", "result": "row" }""", "'row' is no result", "write 'rows'")]
    [TestCase("""{ "id": "M:A.B", "meaning": "append", "when": "append" }""", "'append' is no condition", "write a parameter, '=' and the value of a constant: \"append=true\", \"mode=Append\"")]
    [TestCase("""{ "id": "M:A.B", "meaning": "append", "when": "append=" }""", "'append=' is no condition", "write a parameter, '=' and the value of a constant: \"append=true\", \"mode=Append\"")]
    [TestCase("""{ "id": "M:A.B", "meaning": "append", "when": "a b=1" }""", "'a b=1' is no condition", "write a parameter, '=' and the value of a constant: \"append=true\", \"mode=Append\"")]
    [TestCase("""{ "id": "M:A.B", "id": "M:A.C", "meaning": "append" }""", "the property 'id' is there twice", "leave one of them")]
    [TestCase("""{ "id": "M:Shop.Store.Save", "meaning": "append" }""", "'M:Shop.Store.Save' is there twice", "remove one")]
    [TestCase("7", "the entry is no object", "write { … }")]
    public void Reports_a_bad_entry_at_its_line_and_keeps_the_others(string bad, string wrong, string cure)
    {
        var text = "{ \"apis\": [\n" + Good + ",\n" + bad + ",\n{ \"id\": \"M:Shop.Store.Log\", \"meaning\": \"log\" }\n] }";
        var content = CatalogReader.Read(text);
        var problem = content.Problems.Single();
        Assert.Multiple(() =>
        {
            Assert.That(problem.Wrong, Does.StartWith("apis[1]: ").And.Contains(wrong));
            Assert.That(problem.Cure, Does.Contain(cure));
            Assert.That(text[..problem.Start].Count(c => c == '\n'), Is.EqualTo(2), "line");
            Assert.That(content.Data.Apis.Select(a => a.Id), Is.EqualTo(new[] { "M:Shop.Store.Save", "M:Shop.Store.Log" }));
        });
    }

    [TestCase("""{ "roots": [{ "id": "M:A.B.C", "kind": "atribute" }] }""", "'atribute' is no kind", "write 'attribute'")]
    [TestCase("""{ "roots": [{ "id": "T:A.B", "kind": "member" }] }""", "'T:' does not fit here", "'M:'")]
    [TestCase("""{ "roots": [{ "id": "Job.*", "kind": "name" }] }""", "no naming convention", "*Consumer.Consume")]
    [TestCase("""{ "roots": [{ "id": "M:A.B.C", "kind": "member", "perRecord": "yes" }] }""", "'perRecord' is no boolean", "true or false")]
    [TestCase("""{ "exceptions": [{ "id": "T:A", "meaning": "transient", "member": "Code" }] }""", "'values' is missing", "\"values\": …")]
    [TestCase("""{ "names": [{ "pattern": "*", "meaning": "status" }] }""", "'*' is no name pattern", "lower-case words")]
    [TestCase("""{ "names": [{ "pattern": "OrderLog", "meaning": "log-table" }] }""", "'OrderLog' is no name pattern", "lower-case words")]
    [TestCase("""{ "dialects": [{ "id": "T:A", "dialect": "postgres" }] }""", "'postgres' is no dialect", "write 'postgresql'")]
    [TestCase("""{ "api": [] }""", "the property 'api' is unknown", "write 'apis'")]
    [TestCase("""{ "apis": {} }""", "'apis' is no array", "[ … ]")]
    [TestCase("[]", "the outermost value is no object", "{ \"apis\": [ ] }")]
    [TestCase("", "the file is empty", "{ \"apis\": [ ] }")]
    public void Reports_a_file_that_says_nothing(string text, string wrong, string cure)
    {
        var content = CatalogReader.Read(text);
        Assert.Multiple(() =>
        {
            Assert.That(content.Problems.Single().Wrong, Does.Contain(wrong));
            Assert.That(content.Problems.Single().Cure, Does.Contain(cure));
            Assert.That(content.Data.Apis.Length + content.Data.Roots.Length + content.Data.Names.Length, Is.Zero);
        });
    }

    [TestCase("""{ "id": "M:A.B "meaning": "append" }""")]
    [TestCase("""{ "id" "M:A.B", "meaning": "append" }""")]
    [TestCase("""{ "id": , "meaning": "append" }""")]
    [TestCase("""{ "id": M:A.B, "meaning": "append" }""")]
    [TestCase("""{ id: "M:A.B", "meaning": "append" }""")]
    [TestCase("""{ "id": "M:A.B", "meaning": "append" """)]
    [TestCase("""{ "id": "M:\x", "meaning": "append" }""")]
    [TestCase("""{ "id": "M:A.B" "meaning": "append" }""")]
    [TestCase("""{ "id": "M:A.B",, "meaning": "append" }""")]
    public void Malformed_json_costs_one_entry(string bad)
    {
        var content = CatalogReader.Read("{ \"apis\": [\n" + Good + ",\n" + bad + ",\n{ \"id\": \"M:Shop.Store.Log\", \"meaning\": \"log\" }\n] }");
        Assert.That(content.Problems, Is.Not.Empty);
        Assert.That(content.Data.Apis.Select(a => a.Id), Has.Member("M:Shop.Store.Save").And.No.Member("M:A.B"));
    }

    [Test]
    public void Nesting_that_is_too_deep_is_reported_and_the_rest_applies()
    {
        var content = CatalogReader.Read("{ \"apis\": [" + new string('[', 5000) + new string(']', 5000) + ", " + Good + "] }");
        Assert.That(content.Problems.Single().Wrong, Does.Contain("nested more than 32 deep"));
        Assert.That(content.Data.Apis, Has.Length.EqualTo(1));
    }

    [Test]
    public void A_file_of_ten_million_characters_is_refused()
    {
        var content = CatalogReader.Read("{ \"apis\": [ " + new string(' ', 10_000_000) + "] }");
        Assert.That(content.Problems.Single().Wrong, Does.Contain("characters"));
    }

    [Test]
    public void A_file_of_another_kind_gives_a_bounded_number_of_problems() =>
        Assert.That(CatalogReader.Read(string.Concat(Enumerable.Repeat("select 1, 'x';\n", 20_000))).Problems, Has.Length.InRange(1, JsonReader.MaxProblems));

    [Test]
    public void A_shipped_entry_must_name_its_library_and_source() =>
        Assert.That(
            CatalogReader.ReadShipped("{ \"apis\": [" + Good + "] }", []).Problems.Select(p => p.Wrong),
            Is.EqualTo(new[] { "apis[0]: the property 'library' is missing", "apis[0]: the property 'source' is missing" }));

    private static ApiCatalogData Read(string text)
    {
        var content = CatalogReader.Read(text);
        Assert.That(content.Problems, Is.Empty);
        return content.Data;
    }
}
