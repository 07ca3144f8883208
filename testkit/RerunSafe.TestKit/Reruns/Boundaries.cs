using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// The durable states that one undisturbed run passes, each with a copy from which a rerun can start. A process that dies between two
/// durable steps leaves what is committed then and nothing else: its memory is gone, and what its transactions hold is rolled back. So the
/// states of one run are those of all deaths in it, and no run has to be brought to each of them and ended there.
/// <para>
/// What a copy cannot show, the caller must rule out: effects outside of the sinks (a named crash point stands for one), and pipelines that do
/// something else from run to run.
/// </para>
/// </summary>
internal sealed class Boundaries : IDisposable
{
    /// <summary>Copies take no more space than this; a run that wants more is really ended at the places whose copies are missing.</summary>
    private const long MostSpace = 1L << 30;

    private readonly SinkSet _sinks;
    private readonly Func<int, bool> _wanted;
    private readonly Dictionary<int, Boundary> _byNumber = [];
    private readonly Dictionary<string, Boundary> _byState = new(StringComparer.Ordinal);
    private readonly HashSet<(CrashPoint, int)> _passed = [];
    private readonly CancellationToken _cancellationToken;
    private long _space;

    private Boundaries(SinkSet sinks, Func<int, bool> wanted, CancellationToken cancellationToken)
    {
        _sinks = sinks;
        _wanted = wanted;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Runs the pipeline once, on the sinks as they are, and copies the states that are wanted.</summary>
    /// <param name="runner">Runs it.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="rerun">0 for a first run; the clock shows that many days more.</param>
    /// <param name="wanted">Which durable states are copied, by their number.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>Null when the run did not end well, so that its states prove nothing.</returns>
    public static async Task<Boundaries?> RecordAsync(Runner runner, RunInput input, int rerun, Func<int, bool> wanted, CancellationToken cancellationToken)
    {
        var boundaries = new Boundaries(runner.Sinks, wanted, cancellationToken);
        boundaries.Copy(0);
        var run = await runner.RunAsync(input, rerun, RunPlan.Recording with { AtBoundary = boundaries.Copy }, cancellationToken).ConfigureAwait(false);
        if (run.End != RunEnd.Completed)
        {
            boundaries.Dispose();
            return null;
        }

        foreach (var passed in run.Gate.Points)
            boundaries._passed.Add((passed.Point, passed.DurableState));
        boundaries.Points = run.Gate.Points;
        return boundaries;
    }

    /// <summary>The points that the run passed.</summary>
    public IReadOnlyList<PassedPoint> Points { get; private set; } = [];

    /// <summary>The state that a death at the point leaves; null when the run did not pass the point there, or the state could not be copied.</summary>
    public Boundary? At(PassedPoint point) =>
        _passed.Contains((point.Point, point.DurableState)) ? _byNumber.GetValueOrDefault(point.DurableState) : null;

    public void Dispose()
    {
        foreach (var boundary in _byState.Values)
            boundary.Dispose();
    }

    private void Copy(int number)
    {
        if (!_wanted(number))
            return;
        try
        {
            var state = _sinks.WholeStateAsync(_cancellationToken).GetAwaiter().GetResult();
            if (!_byState.TryGetValue(state, out var boundary))
            {
                if (_space > MostSpace || _sinks.SaveCommittedAsync(_cancellationToken).GetAwaiter().GetResult() is not { } images)
                    return;
                _byState[state] = boundary = new Boundary(state, images);
                _space += images.Values.Sum(image => image.Size);
            }

            _byNumber[number] = boundary;
        }
        catch (Exception e) when (e is SinkException or System.Data.Common.DbException or OperationCanceledException)
        {
            // The gate may not throw into the pipeline. Without a copy the run is really ended there, which tells what is wrong.
        }
    }
}

/// <summary>A durable state, and copies of the sinks in it.</summary>
internal sealed record Boundary(string State, IReadOnlyDictionary<ISink, SinkImage> Images) : IDisposable
{
    public void Dispose()
    {
        foreach (var image in Images.Values)
            image.Dispose();
    }
}
