using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Where a compilation's own words show nothing that a rule could speak about, nothing in it is bound. What that costs, the benchmarks measure.</summary>
[Parallelizable(ParallelScope.All)]
public class RelevanceTests
{
    private const string Sum = "public class Order { private readonly System.Collections.Generic.List<decimal> _lines = new(); public decimal Total() { var total = 0m; foreach (var line in _lines) total += line; return total; } }";

    private const string Job = "public class Job : Microsoft.Extensions.Hosting.BackgroundService { protected override System.Threading.Tasks.Task ExecuteAsync(System.Threading.CancellationToken token) { Work(); return System.Threading.Tasks.Task.CompletedTask; } void Work() { BODY } }";

    [TestCase(Sum)]
    [TestCase(Job)]
    [TestCase("public class Writer { public void Save(Microsoft.EntityFrameworkCore.DbContext db) => db.SaveChanges(); }")]
    public void A_sum_an_entry_point_alone_and_a_write_alone_are_not_looked_into(string source) =>
        Assert.That(RelevanceOf(source.Replace("BODY", "var sum = 1 + 1; _ = sum;")).IsEmpty, Is.True);

    [TestCase("System.IO.File.AppendAllText(\"a\", \"b\");")]
    [TestCase("new Microsoft.EntityFrameworkCore.DbContext(null!).SaveChanges();")]
    public void An_entry_point_and_a_write_are(string write)
    {
        var relevance = RelevanceOf(Job.Replace("BODY", write), Sum);
        Assert.That(relevance.IsEmpty, Is.False);
        Assert.That(relevance.Starts().Select(s => s.Name), Is.EqualTo(new[] { "ExecuteAsync" }));
    }

    private static Relevance RelevanceOf(params string[] sources)
    {
        var compilation = CSharpCompilation.Create("shop", sources.Select(s => CSharpSyntaxTree.ParseText(s)), Verify.AllReferences, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return new Engine(compilation, CatalogProvider.For([], default), EngineOptions.Default, [], default).Relevance;
    }
}
