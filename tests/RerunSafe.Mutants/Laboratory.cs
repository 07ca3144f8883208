using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.Mutants;

/// <summary>Compiles mutants in memory, and checks them as the zoo checks the twins.</summary>
internal sealed class Laboratory(ZooSource zoo)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))];

    private readonly CSharpCompilation _compilation = CSharpCompilation.Create(
        "Zoo", zoo.Trees, References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The check of a mutant, which should fail.</summary>
    public async Task<Outcome> TryAsync(Mutation mutation)
    {
        using var assembly = new MemoryStream();
        var built = _compilation.ReplaceSyntaxTree(mutation.Old.SyntaxTree, mutation.Apply()).Emit(assembly);
        if (!built.Success)
            return new Outcome(mutation, Fate.NotCompiling, built.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error).ToString());
        assembly.Position = 0;
        return await CheckAsync(assembly, mutation).ConfigureAwait(false);
    }

    /// <summary>The check of a twin as it is, which must pass.</summary>
    public async Task<bool> PassesAsync(Twin twin)
    {
        using var assembly = new MemoryStream();
        var built = _compilation.Emit(assembly);
        if (!built.Success)
            throw new InvalidOperationException($"The zoo does not compile: {built.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)}");
        assembly.Position = 0;
        return (await CheckAsync(assembly, new Mutation("none", twin, twin.Expression, "")).ConfigureAwait(false)).Fate == Fate.Survived;
    }

    private static async Task<Outcome> CheckAsync(Stream assembly, Mutation mutation)
    {
        var context = new AssemblyLoadContext("mutant", isCollectible: true);
        try
        {
            var specimens = context.LoadFromStream(assembly).GetType("RerunSafe.TestKit.Tests.Zoo.Specimens")!;
            var schema = (string)specimens.GetField("Schema", BindingFlags.Public | BindingFlags.Static)!.GetRawConstantValue()!;
            var all = (IEnumerable<object>)specimens.GetProperty("All", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
            dynamic specimen = all.Single(s => s.ToString() == mutation.Twin.Mistake);
            await using var db = await SqliteSink.CreateAsync(schema.Replace("{bytes}", "BLOB")).ConfigureAwait(false);
            RerunCheck check = specimen.Check(db, specimen.Twin, (Func<string, string>)(sql => sql));
            RerunReport report = await check.Within(Deadline).Schedules((IReadOnlyList<Schedule>)specimen.Schedules).RunAsync().ConfigureAwait(false);
            return report.Passed
                ? new Outcome(mutation, Fate.Survived, "")
                : new Outcome(mutation, Fate.Caught, $"{report.Failures[0].Schedule} {report.Failures[0].Verdict}");
        }
        catch (RerunCheckException refused)
        {
            // The kit says loudly that nothing can be proved; nobody takes that for a pass.
            return new Outcome(mutation, Fate.Caught, refused.Message);
        }
        finally
        {
            context.Unload();
        }
    }
}

internal enum Fate
{
    NotCompiling,
    Caught,
    Survived,
}

/// <summary>What became of a mutant.</summary>
/// <param name="Mutation">The mutant.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="By">What caught it, or why it does not compile.</param>
internal sealed record Outcome(Mutation Mutation, Fate Fate, string By);
