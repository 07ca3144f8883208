using RerunSafe.Mutants;

// Every mutant of every twin of the zoo: a table by operator, and each survivor with its place. Two at a time: each has a sink of its own.
var zoo = ZooSource.Read();
var mutations = Mutations.Of(zoo).ToList();
var laboratory = new Laboratory(zoo);
var outcomes = new Outcome[mutations.Count];
await Parallel.ForAsync(0, mutations.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount) }, async (i, _) =>
{
    outcomes[i] = await laboratory.TryAsync(mutations[i]);
    if (outcomes[i].Fate != Fate.Caught)
        Console.WriteLine($"{outcomes[i].Fate}: {mutations[i]} {outcomes[i].By}");
});

Console.WriteLine($"\n| {"operator",-24} | mutants | not compiling | caught | survived |\n| --- | --- | --- | --- | --- |");
foreach (var group in outcomes.GroupBy(o => o.Mutation.Operator).OrderBy(g => g.Key, StringComparer.Ordinal))
    WriteRow(group.Key, [.. group]);
WriteRow("all", outcomes);

static void WriteRow(string name, IReadOnlyCollection<Outcome> outcomes) => Console.WriteLine(
    $"| {name,-24} | {outcomes.Count} | {outcomes.Count(o => o.Fate == Fate.NotCompiling)} | {outcomes.Count(o => o.Fate == Fate.Caught)} | {outcomes.Count(o => o.Fate == Fate.Survived)} |");
