using System.Diagnostics;
using System.Globalization;

namespace RerunSafe.TestKit.Processes;

/// <summary>
/// A program that is the pipeline. It gets a process group of its own where there is such a thing, and all of the group is killed with it, so that nothing that it has
/// started goes on. It does not outlive this process either: a shell stands beside it that waits for the end of its own input, which is a pipe from here.
/// </summary>
internal sealed class PipelineProcess : IDisposable
{
    private const int MostLines = 20;
    private const string Keeper = "cat >/dev/null; kill -s KILL -- \"-$1\" 2>/dev/null";
    private const string NewSession = "/usr/bin/setsid";

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Lock _killing = new();
    private readonly Queue<string> _lines = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly Process? _keeper;
    private readonly string _name;
    private bool _killed;

    private PipelineProcess(ProcessStartInfo start, string name, bool isGroup)
    {
        _name = name;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => _exited.TrySetResult();
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (isGroup)
            _keeper = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Keeper, "sh", _process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true });
    }

    /// <summary>Starts a program.</summary>
    /// <param name="start">How; is not changed.</param>
    /// <param name="environment">What its environment holds besides.</param>
    /// <exception cref="PipelineProcessException">There is no such program.</exception>
    public static PipelineProcess Start(ProcessStartInfo start, IReadOnlyDictionary<string, string> environment)
    {
        var isGroup = !OperatingSystem.IsWindows() && File.Exists(NewSession);
        var own = new ProcessStartInfo(isGroup ? NewSession : start.FileName)
        {
            WorkingDirectory = start.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (start.ArgumentList.Count > 0 || start.Arguments.Length == 0)
        {
            if (isGroup)
                own.ArgumentList.Add(start.FileName);
            foreach (var argument in start.ArgumentList)
                own.ArgumentList.Add(argument);
        }
        else
        {
            own.Arguments = isGroup ? $"\"{start.FileName}\" {start.Arguments}" : start.Arguments;
        }

        own.Environment.Clear();
        foreach (var (name, value) in start.Environment)
            own.Environment[name] = value;
        foreach (var (name, value) in environment)
            own.Environment[name] = value;
        var called = $"{start.FileName} {(start.ArgumentList.Count > 0 ? string.Join(' ', start.ArgumentList) : start.Arguments)}".Trim();
        try
        {
            return new PipelineProcess(own, called, isGroup);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new PipelineProcessException($"'{called}' cannot be started: {e.Message}", e);
        }
    }

    /// <summary>What it said last, both streams together.</summary>
    public string LastLines
    {
        get
        {
            lock (_lock)
                return _lines.Count == 0 ? "It said nothing." : $"Its last lines:{Environment.NewLine}{string.Join(Environment.NewLine, _lines.Select(line => "  | " + line))}";
        }
    }

    /// <summary>"'dotnet orders.dll' has not ended. Its last lines: …".</summary>
    public string Describe() => $"the process '{_name}' {(_exited.Task.IsCompleted ? "has ended" : "has not ended")}. {LastLines}";

    /// <summary>Gives it its input and waits for its end. What it has started and left behind ends with it.</summary>
    /// <param name="input">The lines of its standard input.</param>
    /// <exception cref="PipelineProcessException">Its exit code is not 0.</exception>
    public async Task RunAsync(IEnumerable<ReadOnlyMemory<byte>> input)
    {
        try
        {
            var stream = _process.StandardInput.BaseStream;
            foreach (var line in input)
            {
                await stream.WriteAsync(line).ConfigureAwait(false);
                await stream.WriteAsync("\n"u8.ToArray()).ConfigureAwait(false);
            }

            _process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It does not read to the end, which is its own affair; its exit code says whether it is well.
        }

        await _exited.Task.ConfigureAwait(false);
        var code = _process.ExitCode;
        Kill();
        if (code != 0)
            throw new PipelineProcessException($"'{_name}' ended with exit code {code}. {LastLines}");
    }

    /// <summary>Kills it with all that it has started, and comes back when it is gone. Never throws.</summary>
    public void Dispose() => Kill();

    private void Kill()
    {
        lock (_killing)
        {
            if (_killed)
                return;
            _killed = true;
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
            {
                // It has ended already.
            }

            if (_keeper is not null)
            {
                _keeper.StandardInput.Close();
                _keeper.WaitForExit(LongestEnd);
                _keeper.Dispose();
            }

            _process.WaitForExit(LongestEnd);
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MostLines)
                _lines.Dequeue();
        }
    }
}
