using RerunSafe.TestKit.Reruns.Oracles;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>The same input again, on what the run before it left.</summary>
internal sealed class RepeatSchedule(string name, int runs) : Schedule(name)
{
    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        exploration.Planned = runs - 1;
        var later = await RunAsync(exploration, laterDay: true, cancellationToken).ConfigureAwait(false);
        exploration.Skipped = exploration.Planned - exploration.Explored;
        exploration.Add(await exploration.Clock.SeparateAsync(later, async () => await RunAsync(exploration, laterDay: false, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false));
    }

    private async Task<IReadOnlyList<Finding>> RunAsync(Exploration exploration, bool laterDay, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var runner = session.Setup.Runner;
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        for (var rerun = 0; rerun < runs; rerun++)
        {
            var run = await runner.RunAsync(session.Faulty, laterDay ? rerun : 0, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (rerun > 0 && laterDay)
                exploration.Explored++;
            if (CheckSession.Completion(run, rerun == 0 ? "first" : $"{Ordinal(rerun + 1)}", runner.Deadline) is { } failed)
                return [failed];
        }

        return await session.JudgeAsync(laterDay, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static string Ordinal(int number) => number switch
    {
        2 => "second",
        3 => "third",
        _ => $"{number}th",
    };
}
