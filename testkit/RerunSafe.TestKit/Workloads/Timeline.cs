namespace RerunSafe.TestKit.Workloads;

/// <summary>When deliveries arrive and events happen.</summary>
internal interface ITimeline
{
    /// <summary>The source's clock at a position; grows with it.</summary>
    DateTimeOffset ArrivedAt(long position);

    /// <summary>The event time to write into a record, or null when its own is kept.</summary>
    DateTimeOffset? EventTimeToWrite(int record);

    /// <summary>True when <paramref name="later"/> on its own place moves the mark so far that <paramref name="record"/> is late after it.</summary>
    bool MovesMarkPast(int record, int later);

    /// <summary>The first block in which a record would be late by more than the limit, or null.</summary>
    long? FirstLateBlock(int record);
}

/// <summary>Records at equal intervals; event times, where there are any, are written to fit.</summary>
internal sealed class SteadyTimeline(DateTimeOffset startsAt, TimeSpan interval, TimeSpan past, bool writesEventTime, Draw jitter) : ITimeline
{
    private static readonly long Rounding = TimeSpan.TicksPerMillisecond;
    private readonly int _blocks = (int)Math.Min(int.MaxValue, past.Ticks / interval.Ticks + 2);

    /// <summary>How many records lie between an event and the first place where it is late.</summary>
    public int Blocks => _blocks;

    public DateTimeOffset ArrivedAt(long position) => startsAt.AddTicks((long)((Int128)interval.Ticks * position / Places.Block));

    public DateTimeOffset? EventTimeToWrite(int record)
    {
        if (!writesEventTime)
            return null;
        var happened = ArrivedAt(Places.Original(record)).AddTicks(-(long)(jitter.Unit(record) * interval.Ticks / 2));
        return interval.Ticks >= 100 * Rounding ? happened.AddTicks(-(happened.Ticks % Rounding)) : happened;
    }

    public bool MovesMarkPast(int record, int later) => later - record >= _blocks;

    public long? FirstLateBlock(int record) => (long)record + _blocks;
}

/// <summary>Records that keep the event times that they came with; the source's clock follows the latest event so far.</summary>
internal sealed class GivenTimeline : ITimeline
{
    private readonly long[] _events;
    private readonly long[] _latest;
    private readonly long _past;

    public GivenTimeline(long[] eventTicks, TimeSpan? past, string selector)
    {
        _events = eventTicks;
        _latest = new long[eventTicks.Length];
        _past = past?.Ticks ?? 0;
        var latest = long.MinValue;
        for (var i = 0; i < eventTicks.Length; i++)
        {
            _latest[i] = latest = Math.Max(latest, eventTicks[i]);
            if (past is { } limit && latest - eventTicks[i] > limit.Ticks)
            {
                throw new WorkloadException(
                    $"Record {i} is late before any fault: by {selector} it happened {TimeSpan.FromTicks(latest - eventTicks[i]):c} before a record that precedes it, "
                    + $"and the limit is {limit:c}. Order the records by event time before you give them to Workload.From.",
                    i);
            }
        }
    }

    public DateTimeOffset ArrivedAt(long position) =>
        _latest.Length == 0 ? default : new DateTimeOffset(_latest[Math.Min(position / Places.Block, _latest.Length - 1)] + position, TimeSpan.Zero);

    public DateTimeOffset? EventTimeToWrite(int record) => null;

    public bool MovesMarkPast(int record, int later) => _events[later] - _events[record] > _past;

    public long? FirstLateBlock(int record)
    {
        int low = record + 1, high = _latest.Length;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (_latest[middle] - _events[record] > _past)
                high = middle;
            else
                low = middle + 1;
        }

        return low < _latest.Length ? low : null;
    }
}
