using System.Data.Common;
using System.Globalization;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Processes;

/// <summary>
/// Looks at a sink again and again while a process is at work, and makes a point of each change that it sees. A sample: what changes back, or twice between two looks, is
/// seen as nothing or as one change.
/// </summary>
internal sealed class ChangeWatch : IDisposable
{
    /// <summary>How the names of such points begin. A run may show fewer of them than another, and that is no fault of it.</summary>
    public const string Prefix = "observed change ";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly GatedRun _run;
    private readonly ISink _sink;
    private readonly Thread _thread;
    private volatile bool _over;

    public ChangeWatch(GatedRun run, ISink sink)
    {
        _run = run;
        _sink = sink;
        var before = Read();
        _thread = new Thread(() => Look(before)) { IsBackground = true, Name = "changes of " + sink.Name };
        _thread.Start();
    }

    /// <summary>Ends the looking, and comes back when nothing reads the sink any more.</summary>
    public void Dispose()
    {
        _over = true;
        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private void Look(string? last)
    {
        for (var changes = 0; !_over && !_run.IsDead; Thread.Sleep(Pause))
        {
            if (Read() is not { } now || now == last || _over)
                continue;
            last = now;
            if (!_run.Passes(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{++changes} of {_sink.Name}")))
                return;
        }
    }

    /// <summary>Null when it cannot be read at this moment.</summary>
    private string? Read()
    {
        try
        {
            return _sink.FingerprintAllAsync().GetAwaiter().GetResult().Value;
        }
        catch (Exception e) when (e is SinkException or DbException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
