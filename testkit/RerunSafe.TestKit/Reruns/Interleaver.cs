using System.Diagnostics;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// Runs that are at work at the same time, one step after the other in an order that a plan fixes. When the run whose turn it is
/// waits for a lock of one that stands still, no order of steps like this can occur: everybody is let go, and the interleaving is infeasible.
/// </summary>
/// <param name="runs">How many there are.</param>
/// <param name="switchesAt">Whether the run with this number hands over at its n-th place, from 1.</param>
internal sealed class Interleaver(int runs, Func<int, int, bool> switchesAt)
{
    /// <summary>A call of this length waits for somebody: a statement on a test's tables takes a millisecond, on a busy machine some hundreds.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly int[] _passed = new int[runs];
    private readonly bool[] _over = new bool[runs];
    private readonly long[] _callingSince = new long[runs];
    private readonly ManualResetEventSlim[] _turns = [.. Enumerable.Range(0, runs).Select(_ => new ManualResetEventSlim(false))];
    private readonly List<string> _places = [];
    private int _active;
    private bool _free;

    /// <summary>Whether a run waited for another one that could not go on.</summary>
    public bool IsInfeasible { get; private set; }

    /// <summary>The places that the first run has passed, in words.</summary>
    public IReadOnlyList<string> Places => _places;

    public ITurn Of(int run) => new Turn(this, run);

    /// <summary>Lets the runs go one by one and watches them until they are all over.</summary>
    /// <param name="all">Ends with the last of them.</param>
    public async Task WatchAsync(Task all)
    {
        Give(0);
        while (!all.IsCompleted)
        {
            using var tick = new CancellationTokenSource();
            await Task.WhenAny(all, Task.Delay(LongestCall / 8, tick.Token)).ConfigureAwait(false);
            await tick.CancelAsync().ConfigureAwait(false);
            lock (_lock)
            {
                var since = Volatile.Read(ref _callingSince[_active]);
                if (_free || since == 0 || Stopwatch.GetElapsedTime(since) < LongestCall || _over.Count(over => !over) < 2)
                    continue;
                IsInfeasible = true;
                LetGo();
            }
        }

        // What a run has left behind may still stand at a place of its own.
        lock (_lock)
            LetGo();
    }

    private void Give(int run)
    {
        lock (_lock)
        {
            _active = run;
            _turns[run].Set();
        }
    }

    private void LetGo()
    {
        _free = true;
        foreach (var turn in _turns)
            turn.Set();
    }

    private void Pass(int run, Func<string> place)
    {
        lock (_lock)
        {
            if (_free || _over[run])
                return;
            if (run == 0)
                _places.Add(place());
            if (!switchesAt(run, ++_passed[run]) || Next(run) is not { } next)
                return;
            _turns[run].Reset();
            Give(next);
        }

        _turns[run].Wait();
    }

    private void End(int run)
    {
        lock (_lock)
        {
            _over[run] = true;
            if (!_free && _active == run && Next(run) is { } next)
                Give(next);
        }
    }

    /// <summary>The next run that is not over, or null.</summary>
    private int? Next(int run)
    {
        for (var i = 1; i < runs; i++)
        {
            if (!_over[(run + i) % runs])
                return (run + i) % runs;
        }

        return null;
    }

    private sealed class Turn(Interleaver all, int run) : ITurn
    {
        public void Begin() => all._turns[run].Wait();

        public void Pass(Func<string> place) => all.Pass(run, place);

        public void Calling(bool underWay) => Volatile.Write(ref all._callingSince[run], underWay ? Stopwatch.GetTimestamp() : 0);

        public void End() => all.End(run);
    }
}
