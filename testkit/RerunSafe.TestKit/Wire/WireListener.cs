using System.Net;
using System.Net.Sockets;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Wire;

/// <summary>
/// The proxy of one run in front of one server, on a free port of this machine alone. A run that has died finds nobody there any more, and as the next run has another
/// port, whatever the dead one left running cannot reach it.
/// </summary>
internal sealed class WireListener : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<WireConnection> _connections = [];
    private readonly LoopbackListener _listener;
    private readonly GatedRun _run;
    private readonly WireServer _server;
    private bool _closed;

    public WireListener(GatedRun run, WireServer server)
    {
        _run = run;
        _server = server;
        _listener = new LoopbackListener("proxy of " + server, Pass);
    }

    public IPEndPoint Address => _listener.Address;

    /// <summary>Closes everything, and comes back when the server has let go of every connection. Never throws.</summary>
    public void Dispose()
    {
        WireConnection[] connections;
        lock (_lock)
        {
            _closed = true;
            connections = [.. _connections];
        }

        _listener.Dispose();
        foreach (var connection in connections)
            connection.Close();
        foreach (var connection in connections)
            connection.WaitForEnd();
    }

    private void Pass(Socket client)
    {
        Socket server;
        try
        {
            server = _server.Connect();
        }
        catch (SocketException e)
        {
            _run.Report($"The proxy cannot reach {_server}: {e.Message}. Is the server running, and is the address that of the server itself?");
            client.Dispose();
            return;
        }

        lock (_lock)
        {
            if (!_closed)
            {
                var connection = _server.Open(new WireLink(_run, _server, _run.NextOrdinal()), client, server);
                _connections.Add(connection);
                connection.Start();
                return;
            }
        }

        client.Dispose();
        server.Dispose();
    }
}
