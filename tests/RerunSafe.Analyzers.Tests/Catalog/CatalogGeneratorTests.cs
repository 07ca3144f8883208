using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.CatalogGenerator;

namespace RerunSafe.Analyzers.Tests.Catalog;

public class CatalogGeneratorTests
{
    private const string Head = "{ \"library\": \"Shop\", \"source\": \"handbook\", \"apis\": [\n";

    [Test]
    public void Packs_the_entries_of_every_file_into_one_constant()
    {
        var result = Run(
            ("b.json", Head + "{ \"id\": \"M:Shop.B.Save\", \"meaning\": \"append\" }] }"),
            ("a.json", Head + "{ \"id\": \"M:Shop.A.Say\", \"meaning\": \"log\" }] }"),
            ("rerunsafe.schema.json", "{ \"type\": \"object\" }"));
        var source = result.GeneratedTrees.Single().ToString();
        Assert.That(result.Diagnostics, Is.Empty);
        Assert.That(source, Does.Match(@"Packed = @""l\tShop\thandbook\na\tM:Shop\.A\.Say\t\d+\na\tM:Shop\.B\.Save\t\d+\n"";"));
    }

    [Test]
    public void A_bad_entry_is_a_build_error_at_its_place_in_the_file()
    {
        var error = Run(("shop.json", Head + "{ \"id\": \"M:Shop.A.Say\", \"meaning\": \"logg\" }] }")).Diagnostics.Single();
        Assert.Multiple(() =>
        {
            Assert.That(error.Severity, Is.EqualTo(DiagnosticSeverity.Error));
            Assert.That(error.GetMessage(), Is.EqualTo("apis[0]: 'logg' is no meaning; write 'log'"));
            Assert.That(error.Location.GetLineSpan().Path, Is.EqualTo("shop.json"));
            Assert.That(error.Location.GetLineSpan().StartLinePosition, Is.EqualTo(new LinePosition(1, 35)));
        });
    }

    [Test]
    public void An_entry_that_another_file_has_is_a_build_error()
    {
        const string entry = "{ \"id\": \"M:Shop.A.Say\", \"meaning\": \"log\" }] }";
        Assert.That(Run(("a.json", Head + entry), ("b.json", Head + entry)).Diagnostics.Single().GetMessage(), Does.Contain("is there twice"));
    }

    private static GeneratorDriverRunResult Run(params (string Path, string Text)[] files) =>
        CSharpGeneratorDriver.Create(new CatalogSourceGenerator())
            .AddAdditionalTexts(files.Select(AdditionalText (f) => new InMemory(f.Path, f.Text)).ToImmutableArray())
            .RunGenerators(CSharpCompilation.Create("Host"))
            .GetRunResult();

    private sealed class InMemory(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
