using System.Net;
using System.Net.Sockets;
using System.Text;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Processes;

/// <summary>Hears of the points that a process announces: a line for each, which is answered with a line when the process may go on.</summary>
internal sealed class PointListener : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly GatedRun _run;

    public PointListener(GatedRun run)
    {
        _run = run;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
        Address = (IPEndPoint)_socket.LocalEndPoint!;
        new Thread(Accept) { IsBackground = true, Name = "points of a process" }.Start();
    }

    public IPEndPoint Address { get; }

    public void Dispose()
    {
        lock (_lock)
        {
            _socket.Dispose();
            foreach (var socket in _sockets)
                socket.Dispose();
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _socket.Accept();
                socket.NoDelay = true;
                lock (_lock)
                    _sockets.Add(socket);
                new Thread(() => Hear(socket)) { IsBackground = true, Name = "points of a process" }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private void Hear(Socket socket)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            using var lines = new StreamReader(stream, Encoding.UTF8);
            while (lines.ReadLine() is { } line)
            {
                if (line.Length > 0 && !Pass(line.Trim()))
                    return;
                stream.Write("go\n"u8);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The process or the run is over.
        }
    }

    private bool Pass(string name)
    {
        if (_run.IsDead)
            return false;
        var step = new Step(PipelineRun.CrashPointSeam, StepKind.Custom, name, null, false, 0);
        if (_run.Gate.Before(step) != StepVerdict.Die)
            return true;
        _ = _run.Die(step, "at");
        return false;
    }
}
