using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>Which form of the workloads a run gets.</summary>
internal enum InputForm
{
    /// <summary>As they are.</summary>
    Faulty,

    /// <summary>What the labels imply.</summary>
    Clean,

    /// <summary>The repaired originals of dead letters only.</summary>
    DeadLetters,

    /// <summary>What the labels imply after every malformed delivery has been repaired.</summary>
    RepairedClean,
}

/// <summary>The input of runs: the form of the workloads, and the groups that are kept of each.</summary>
/// <param name="Form">The form.</param>
/// <param name="Groups">The kept groups by the source's name; null for all.</param>
/// <param name="Replayed">The positions of the dead letters by the source's name, for <see cref="InputForm.DeadLetters"/>.</param>
/// <param name="Order">What a schedule makes of the deliveries of each source; null for their usual order.</param>
internal sealed record RunInput(InputForm Form, KeptGroups? Groups, IReadOnlyDictionary<string, IReadOnlySet<long>>? Replayed = null, Arrangement? Order = null)
{
    /// <summary>The deliveries of a workload, without regard to <see cref="Order"/>.</summary>
    public IEnumerable<LabelledDelivery> Of(IWorkload workload)
    {
        var kept = Groups is null ? workload : Keep(workload, Groups.Of(workload.Source));
        return Form switch
        {
            InputForm.Faulty => kept.Deliver(),
            InputForm.Clean => kept.Clean().Deliver(),
            InputForm.RepairedClean => kept.Repaired().Clean().Deliver(),
            _ => kept.Repaired().Deliver().Where(d => Replayed!.TryGetValue(workload.Source, out var positions) && positions.Contains(d.Delivery.Position)),
        };
    }

    private static IWorkload Keep(IWorkload workload, IReadOnlySet<int> groups)
    {
        try
        {
            return workload.Only(groups);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new RerunCheckException($"The repro token does not fit the workload '{workload.Source}': {e.Message} Has the workload changed since the report?", e);
        }
    }
}
