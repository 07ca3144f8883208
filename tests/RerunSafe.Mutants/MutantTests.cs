using NUnit.Framework;

namespace RerunSafe.Mutants;

/// <summary>A few mutants, so that the program cannot rot; <c>dotnet run --project tests/RerunSafe.Mutants</c> tries all of them.</summary>
public class MutantTests
{
    private static readonly ZooSource Zoo = ZooSource.Read();
    private static readonly Laboratory Laboratory = new(Zoo);
    private static readonly IReadOnlyList<Mutation> All = [.. Mutations.Of(Zoo)];

    [Test]
    public void There_are_hundreds_of_them() => Assert.That(All, Has.Count.GreaterThan(200));

    [Test]
    public async Task A_twin_as_it_is_passes() => Assert.That(await Laboratory.PassesAsync(Zoo.Twins.Single(t => t.Mistake == "a plain insert")));

    [TestCase("a plain insert", "drop a guard")]
    [TestCase("two writes that belong into one transaction", "drop a transaction")]
    [TestCase("an update that counts up", "overwrite to relative")]
    [TestCase("a checkpoint saved before its record", "drop a statement")]
    [TestCase("an update that counts up", "swallow an error")]
    [TestCase("a stale version that wins when it comes again", "drop the version")]
    public async Task A_mutant_is_caught(string mistake, string operation)
    {
        var mutants = All.Where(m => m.Twin.Mistake == mistake && m.Operator == operation).ToList();
        Assert.That(mutants, Is.Not.Empty);
        var outcome = await Laboratory.TryAsync(mutants[0]);
        Assert.That(outcome.Fate, Is.EqualTo(Fate.Caught), $"{mutants[0]}: {outcome.By}");
    }
}
