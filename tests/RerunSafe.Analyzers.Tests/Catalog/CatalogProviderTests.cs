using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Tests.Catalog;

public class CatalogProviderTests
{
    private const string Shop = """{ "apis": [{ "id": "M:Shop.Store.Stash", "meaning": "append" }] }""";

    [Test]
    public void Without_files_every_compilation_shares_the_shipped_catalogue()
    {
        var catalog = Load(new File("schema.sql", "create table t(a int)")).Catalog;
        Assert.That(catalog, Is.SameAs(Load().Catalog));
        Assert.That(catalog.KnowsName("ExecuteNonQuery"));
    }

    [Test]
    public void A_users_file_adds_to_the_shipped_catalogue()
    {
        var catalog = CatalogProvider.For([new File("/src/shop.rerunsafe.json", Shop)], default);
        Assert.That(catalog.WithName("Stash").Single().Meaning, Is.EqualTo(ApiMeaning.Append));
        Assert.That(catalog.KnowsName("ExecuteNonQuery"));
    }

    [Test]
    public void Equal_files_give_the_same_instance_and_changed_ones_another()
    {
        var first = Load(new File("/src/a.rerunsafe.json", Shop), new File("/src/b.rerunsafe.json", "{}"));
        Assert.That(Load(new File("/src/b.rerunsafe.json", "{}"), new File("/src/a.rerunsafe.json", Shop)), Is.SameAs(first));
        Assert.That(Load(new File("/src/a.rerunsafe.json", Shop + " ")), Is.Not.SameAs(first));
    }

    [Test]
    public void A_problem_becomes_RERUN0001_at_its_place_in_the_file()
    {
        var loaded = Load(new File("/src/shop.rerunsafe.json", "{\n  \"apis\": [\n    { \"id\": \"M:Shop.Store.Stash\", \"meaning\": \"apend\" }\n  ]\n}\n"));
        var diagnostic = loaded.Problems.Single().ToDiagnostic();
        Assert.Multiple(() =>
        {
            Assert.That(diagnostic.Id, Is.EqualTo("RERUN0001"));
            Assert.That(diagnostic.GetMessage(), Is.EqualTo("'shop.rerunsafe.json', line 3: apis[0]: 'apend' is no meaning; write 'append'"));
            Assert.That(diagnostic.Location.GetLineSpan().Path, Is.EqualTo("/src/shop.rerunsafe.json"));
            Assert.That(diagnostic.Location.GetLineSpan().Span, Is.EqualTo(new LinePositionSpan(new(2, 45), new(2, 52))));
            Assert.That(loaded.Catalog.KnowsName("Stash"), Is.False);
        });
    }

    [Test]
    public void A_file_that_cannot_be_read_is_reported()
    {
        var loaded = Load(new File("/src/gone.rerunsafe.json", null));
        Assert.That(loaded.Problems.Single().ToDiagnostic().GetMessage(), Does.Contain("the file cannot be read"));
    }

    [Test]
    public void A_huge_file_is_reported_and_the_others_apply()
    {
        var loaded = Load(new File("/src/huge.rerunsafe.json", new string('[', 10_000_000)), new File("/src/shop.rerunsafe.json", Shop));
        Assert.That(loaded.Problems.Single().ToDiagnostic().GetMessage(), Does.Contain("characters; split it into files"));
        Assert.That(loaded.Catalog.KnowsName("Stash"));
    }

    [Test]
    public void Nothing_takes_back_what_the_shipped_catalogue_says()
    {
        var catalog = Load(new File("/src/clock.rerunsafe.json", """{ "apis": [{ "id": "P:System.DateTime.Today", "meaning": "nothing" }] }""")).Catalog;
        Assert.That(catalog.KnowsName("Today"), Is.False);
        Assert.That(catalog.KnowsName("UtcNow"));
    }

    private static LoadedCatalog Load(params AdditionalText[] files) => CatalogProvider.Load(files.ToImmutableArray(), default);

    private sealed class File(string path, string? text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => text is null ? null : SourceText.From(text);
    }
}
