using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Which text is resolved for each way of building one. "?" stands for what cannot be known.</summary>
[Parallelizable(ParallelScope.All)]
public class TextResolverTests
{
    [TestCase("""Run("a b");""", "a b")]
    [TestCase(""""Run(@"a ""b""");"""", "a \"b\"")]
    [TestCase("""Run("a\tb");""", "a\tb")]
    [TestCase("""Run("a" + "b" + 'c');""", "abc")]
    [TestCase("""Run("a " + id);""", "a ?")]
    [TestCase("""Run("a " + n + " b");""", "a ? b")]
    [TestCase("""Run($"a {id} b {n:000} c");""", "a ? b ? c")]
    [TestCase("""Run($"a {{x}} {id}");""", "a {x} ?")]
    [TestCase("""Run($"a {Constant} b");""", "a constant b")]
    [TestCase("""Run("a" + Constant);""", "aconstant")]
    [TestCase("""Run(Other.Constant);""", "other")]
    [TestCase("""Run(StaticReadonly);""", "static readonly")]
    [TestCase("""Run(Other.StaticReadonly + "!");""", "static other!")]
    [TestCase("""Run(_readonlyField);""", "field")]
    [TestCase("""Run(Property);""", "property")]
    [TestCase("""Run(AutoProperty);""", "auto")]
    [TestCase("""Run(_field);""", "?")]
    [TestCase("""Run(id);""", "?")]
    [TestCase("""Run(File.ReadAllText("a.sql"));""", "?")]
    [TestCase("""Run(Make());""", "made")]
    [TestCase("""Run(Make("t"));""", "insert into t")]
    [TestCase("""Run(Make(id));""", "insert into ?")]
    [TestCase("""Run(Other.Make());""", "made elsewhere")]
    [TestCase("""Run(string.Concat("a", "b", id));""", "ab?")]
    [TestCase("""Run(string.Format("a {0} b {1:yyyy} c", id, n));""", "a ? b ? c")]
    [TestCase("""Run("a #t# b".Replace("#t#", id));""", "a ? b")]
    [TestCase("""Run("a\r\nb".Replace("\r\n", " "));""", "a\r\nb")]
    [TestCase("""Run("  a b ".Trim());""", "  a b ")]
    [TestCase("""Run(id.ToUpper());""", "?")]
    [TestCase("""Run((string)(object)"a");""", "a")]
    [TestCase("""Run(("a"));""", "a")]
    [TestCase("""Run(id ?? "a");""", "?", "a")]
    [TestCase("""Run(n > 1 ? "a" : "b");""", "a", "b")]
    [TestCase("""Run("x " + (n > 1 ? "a" : "b"));""", "x a", "x b")]
    [TestCase("""Run($"x {(n > 1 ? "a" : "b")} y");""", "x a y", "x b y")]
    [TestCase("""Run(n switch { 1 => "a", 2 => "b", _ => "c" });""", "a", "b", "c")]
    [TestCase("""var s = "a"; Run(s);""", "a")]
    [TestCase("""string s; s = "a"; Run(s);""", "a")]
    [TestCase("""const string s = "a"; Run(s + "b");""", "ab")]
    [TestCase("""var s = "a"; s = "b"; Run(s);""", "b")]
    [TestCase("""var s = "a"; Run(s); s = "b";""", "a")]
    [TestCase("""var s = "a"; s += " b"; s += " " + id; Run(s);""", "a b ?")]
    [TestCase("""var s = "a"; s = s + " b"; Run(s);""", "a b")]
    [TestCase("""var s = "a"; s = s.TrimEnd(','); Run(s);""", "a")]
    [TestCase("""var s = "a "; if (n > 1) s += "b"; Run(s);""", "a b")]
    [TestCase("""var s = "a"; if (n > 1) s = "b"; Run(s);""", "a", "b")]
    [TestCase("""string s; if (n > 1) s = "a"; else s = "b"; Run(s);""", "a", "b")]
    [TestCase("""var s = "a "; foreach (var x in id) s += "b,"; Run(s);""", "a b,")]
    [TestCase("""var s = "a"; Change(ref s); Run(s);""", "a?")]
    [TestCase("""var a = "x"; var b = a + " y"; var c = b + " z"; Run(c);""", "x y z")]
    [TestCase("""var s = new StringBuilder(); s.Append("a").Append(" b"); s.AppendLine(" c"); Run(s.ToString());""", "a b c")]
    [TestCase("""var s = new StringBuilder("a"); s.Append($" b {id}"); Run(s.ToString());""", "a b ?")]
    [TestCase("""var s = new StringBuilder("a").Append(" b").Append(" c"); s.Append(" d"); Run(s.ToString());""", "a b c d")]
    [TestCase("""var s = new StringBuilder("a "); s.Append('(').Append("b").Append(')'); Run(s.ToString());""", "a (b)")]
    [TestCase("""var s = new StringBuilder("a"); Fill(s); s.Append("c"); Run(s.ToString());""", "a?c")]
    [TestCase("""var s = new StringBuilder("a"); if (n > 1) s.Append(" b"); else s.Append(" c"); Run(s.ToString());""", "a b c")]
    [TestCase("""var s = new StringBuilder("a"); foreach (var x in id) { s.Append(" b"); } s.Append(" c"); Run(s.ToString());""", "a b c")]
    [TestCase("""Run(new StringBuilder("a").Append(" b").ToString());""", "a b")]
    [TestCase("""Run(n.ToString());""", "?")]
    public void The_text_is(string body, params string[] texts) => Assert.That(Resolve(body).Select(Known), Is.EqualTo(texts));

    [Test]
    public void Raw_texts_lose_their_indentation() =>
        Assert.That(Known(Resolve("Run(\"\"\"\n    a\n      b\n    \"\"\");").Single()), Is.EqualTo("a\n  b"));

    [Test]
    public void Lines_count_as_appended_one_after_the_other() =>
        Assert.That(Known(Resolve("""var s = new StringBuilder(); s.AppendLine("a"); s.AppendLine("b"); Run(s.ToString());""").Single()), Does.Contain("a").And.Contain("b"));

    [TestCase("""var s = "x"; s = s + s; s = s + s; s = s + s; s = s + s; s = s + s; s = s + s; s = s + s; Run(s);""")]
    [TestCase("""var a = "x"; var b = "y"; foreach (var c in id) { a += b; b += a; } Run(a + b);""")]
    [TestCase("""Run(Again(n));""")]
    public void What_feeds_itself_comes_to_an_end(string body) => Assert.That(Resolve(body), Is.Not.Empty);

    [TestCase("""Run("abc INSERT def");""", "INSERT")]
    [TestCase("""Run(@"ab ""x"" INSERT def");""", "INSERT")]
    [TestCase("""Run($"{id}{{}} INSERT {n}");""", "INSERT")]
    [TestCase("""Run(string.Format("{0} x {1} INSERT {2}", id, n, n));""", "INSERT")]
    [TestCase("""Run("#t# INSERT".Replace("#t#", id));""", "INSERT")]
    [TestCase("""Run(("#t# a" + " b INSERT #t#").Replace("#t#", id));""", "INSERT")]
    [TestCase("""Run(string.Format("{0} x " + Constant + "\t{1} INSERT {2}", id, n, n));""", "INSERT")]
    [TestCase("""var s = "a"; s += " b"; s += " INSERT c"; Run(s);""", "INSERT")]
    [TestCase("""var s = new StringBuilder("a\t"); s.AppendLine("b"); s.Append("\"INSERT\" c"); Run(s.ToString());""", "INSERT")]
    [TestCase("""Run("a " + (n > 1 ? "b" : "c") + " INSERT d");""", "INSERT")]
    [TestCase("""Run(Located);""", "INSERT")]
    public void A_word_is_found_where_it_stands(string body, string word)
    {
        foreach (var text in Resolve(body))
        {
            var place = text.LocationOf(new SqlSpan(text.Text.IndexOf(word, StringComparison.Ordinal), word.Length));
            Assert.That(place.SourceTree!.ToString().Substring(place.SourceSpan.Start, place.SourceSpan.Length), Is.EqualTo(word));
        }
    }

    [Test]
    public void Each_hole_knows_what_fills_it()
    {
        var text = Resolve("""Run($"a {id} b {n} c " + id.Trim());""").Single();
        var holes = Enumerable.Range(0, text.Text.Length).Where(i => text.Text[i] == SqlText.Hole).Select(i => text.HoleAt(i)!.Syntax.ToString());
        Assert.That(holes, Is.EqualTo(new[] { "id", "n", "id" }));
    }

    private static string Known(ResolvedText text) => text.Text.Replace(SqlText.Hole, '?').Replace(Environment.NewLine + "?", "?");

    private static IReadOnlyList<ResolvedText> Resolve(string body)
    {
        var source = $$"""
            using System.IO;
            using System.Text;

            public class C
            {
                private const string Constant = "constant";
                private const string Located = "a constant INSERT b";
                private static readonly string StaticReadonly = "static readonly";
                private readonly string _readonlyField = "field";
                private string _field = "changing";
                public string Property => "property";
                public string AutoProperty { get; } = "auto";
                public void Run(string sql) => _field = sql;
                public string Make() => "made";
                public string Make(string table) => "insert into " + table;
                public void Change(ref string s) => s = "changed";
                public void Fill(StringBuilder s) => s.Append("filled");
                public string Again(int n) => n == 0 ? "end" : "more " + Again(n - 1);

                public void M(string id, int n)
                {
                    {{body}}
                }
            }
            """;
        const string Other = """
            public static class Other
            {
                public const string Constant = "other";
                public static readonly string StaticReadonly = "static other";
                public static string Make() => "made " + "elsewhere";
            }
            """;
        var tree = CSharpSyntaxTree.ParseText(source);
        var compilation = CSharpCompilation.Create(
            "c", [tree, CSharpSyntaxTree.ParseText(Other)], Verify.AllReferences, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.That(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error), Is.Empty);
        var engine = new Engine(compilation, CatalogProvider.For([], default), EngineOptions.Default, [], default);

        // Through the model that the engine uses: operations of two models are never the same.
        var model = engine.ModelFor(tree);
        var call = tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Last(i => i.Expression.ToString() == "Run");
        var method = (IMethodBodyOperation)model.GetOperation(call.FirstAncestorOrSelf<MethodDeclarationSyntax>()!)!;
        var operation = method.Descendants().OfType<IInvocationOperation>().Single(i => i.Syntax == call);
        return engine.Texts.Resolve(operation.Arguments[0].Value);
    }
}
