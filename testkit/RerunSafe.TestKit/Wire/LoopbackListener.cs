using System.Net;
using System.Net.Sockets;

namespace RerunSafe.TestKit.Wire;

/// <summary>Listens on a free port of this machine alone, and hands each connection over.</summary>
internal sealed class LoopbackListener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Action<Socket> _accepted;

    /// <summary>Begins to listen.</summary>
    /// <param name="name">The name of the thread, for whoever looks at a hang.</param>
    /// <param name="accepted">Takes each connection over, one after the other.</param>
    public LoopbackListener(string name, Action<Socket> accepted)
    {
        _accepted = accepted;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
        Address = (IPEndPoint)_socket.LocalEndPoint!;
        new Thread(Accept) { IsBackground = true, Name = name }.Start();
    }

    public IPEndPoint Address { get; }

    /// <summary>Nobody is listened to any more; what was handed over stays open.</summary>
    public void Dispose() => _socket.Dispose();

    private void Accept()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = _socket.Accept();
                client.NoDelay = true;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _accepted(client);
        }
    }
}
