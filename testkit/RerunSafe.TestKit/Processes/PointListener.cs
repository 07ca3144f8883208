using System.Net;
using System.Net.Sockets;
using System.Text;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Wire;

namespace RerunSafe.TestKit.Processes;

/// <summary>Hears of the points that a process announces: a line for each, which is answered with a line when the process may go on.</summary>
internal sealed class PointListener : IDisposable
{
    private const string ThreadName = "points of a process";

    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly LoopbackListener _listener;
    private readonly GatedRun _run;

    public PointListener(GatedRun run)
    {
        _run = run;
        _listener = new LoopbackListener(ThreadName, Take);
    }

    public IPEndPoint Address => _listener.Address;

    public void Dispose()
    {
        lock (_lock)
        {
            _listener.Dispose();
            foreach (var socket in _sockets)
                socket.Dispose();
        }
    }

    private void Take(Socket socket)
    {
        lock (_lock)
            _sockets.Add(socket);
        new Thread(() => Hear(socket)) { IsBackground = true, Name = ThreadName }.Start();
    }

    private void Hear(Socket socket)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            using var lines = new StreamReader(stream, Encoding.UTF8);
            while (lines.ReadLine() is { } line)
            {
                if (line.Length > 0 && !_run.Passes(line.Trim()))
                    return;
                stream.Write("go\n"u8);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The process or the run is over.
        }
    }
}
