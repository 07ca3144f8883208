namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>The same input again, on what the run before it left.</summary>
internal sealed class RepeatSchedule(string name, int runs) : Schedule(name)
{
    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var runner = session.Setup.Runner;
        exploration.Planned = runs - 1;
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        for (var rerun = 0; rerun < runs; rerun++)
        {
            var run = await runner.RunAsync(session.Faulty, rerun, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (rerun > 0)
                exploration.Explored++;
            if (CheckSession.Completion(run, rerun == 0 ? "first" : $"{Ordinal(rerun + 1)}", runner.Deadline) is { } failed)
            {
                exploration.Add([failed]);
                exploration.Skipped += runs - 1 - rerun;
                return;
            }
        }

        exploration.Add(await session.JudgeAsync(laterDay: true, cancellationToken).ConfigureAwait(false));
    }

    private static string Ordinal(int number) => number switch
    {
        2 => "second",
        3 => "third",
        _ => $"{number}th",
    };
}
