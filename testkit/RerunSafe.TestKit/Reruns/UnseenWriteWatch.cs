using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// Between two durable steps of a run nothing may change in the sinks. Looks at each of these intervals; where there are very many, at some
/// of them, spread over the run, and at the last one, for each costs two fingerprints of all tables.
/// </summary>
/// <param name="fingerprint">The committed state of all sinks.</param>
/// <param name="intervals">How many intervals the run has, as a recording showed; interval n begins after the n-th durable step.</param>
internal sealed class UnseenWriteWatch(Func<string> fingerprint, int intervals)
{
    private const int MostWatched = 500;

    private readonly int _stride = Math.Max(1, (intervals + MostWatched - 1) / MostWatched);
    private string? _before;
    private Step? _lastStep;

    /// <summary>Whether some intervals are not looked at.</summary>
    public bool IsSample => _stride > 1;

    /// <summary>Where the first change was that no step explains, in words; null when there was none.</summary>
    public string? Found { get; private set; }

    public void Begin(int interval, Step? after)
    {
        _lastStep = after;
        _before = Found is null && (interval % _stride == 0 || interval == intervals - 1) ? Read() : null;
    }

    public void End(Step? next)
    {
        if (_before is null)
            return;
        var now = Read();
        if (now is not null && now != _before)
            Found = $"between {Name(_lastStep, "the start")} and {Name(next, "the end")} of the run";
        _before = null;
    }

    private static string Name(Step? step, string otherwise) => step is null ? otherwise : $"'{Texts.Shorten(step.Statement, 60)}'";

    /// <summary>Null when the sink is locked at this moment, so that nothing can be said about it.</summary>
    private string? Read()
    {
        try
        {
            return fingerprint();
        }
        catch (Exception e) when (e is SinkException or System.Data.Common.DbException)
        {
            return null;
        }
    }
}
