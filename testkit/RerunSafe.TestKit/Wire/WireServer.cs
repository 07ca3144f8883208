using System.Net;
using System.Net.Sockets;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Wire;

/// <summary>
/// A server that pipelines reach with its own client (Npgsql's COPY, StackExchange.Redis), where no decorator fits. A run gives them the address of a proxy
/// (<see cref="Reruns.PipelineRun.Through"/>), which reads the protocol and can end the run at each request that may write: before it reaches the server,
/// or after the server has answered and before the client hears of it. TLS is not spoken: clients connect to the proxy without.
/// </summary>
public sealed class WireServer
{
    private readonly string _protocol;
    private readonly Func<WireLink, Socket, Socket, WireConnection> _connection;

    private WireServer(string protocol, EndPoint address, ISink? sink, Func<WireLink, Socket, Socket, WireConnection> connection)
    {
        ArgumentNullException.ThrowIfNull(address);
        _protocol = protocol;
        _connection = connection;
        Address = address;
        Sink = sink;
    }

    /// <summary>Where the server itself listens.</summary>
    public EndPoint Address { get; }

    /// <summary>What is written through it, if the test observes that; null otherwise.</summary>
    internal ISink? Sink { get; }

    /// <summary>
    /// A PostgreSQL server, or another one that speaks its protocol (version 3): simple and extended queries, COPY in both directions, cancelling. Points
    /// are the statements that write, commits included. Errors are the server's own deadlock (40P01), or serialization failure (40001) for a commit; an answer
    /// that is lost is a closed connection.
    /// </summary>
    /// <param name="address">An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/>, or the <see cref="UnixDomainSocketEndPoint"/> of a socket file.</param>
    /// <param name="sink">The sink that it holds. Not needed where one of its tables is observed and the kit makes the sink's server itself.</param>
    public static WireServer PostgreSql(EndPoint address, ISink? sink = null) => new("PostgreSQL", address, sink, (link, client, server) => new PostgreSqlWire(link, client, server));

    /// <summary>
    /// A Redis server, or another one that speaks its protocol (versions 2 and 3): pipelining, MULTI, scripts, publishing and subscribing. Points are the commands that
    /// write, with EXEC as the commit of what stands before it; a command that the kit does not know counts as a write. An error is BUSY, or EXECABORT for EXEC; an
    /// answer that is lost is a closed connection.
    /// </summary>
    /// <param name="address">An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/>, or the <see cref="UnixDomainSocketEndPoint"/> of a socket file.</param>
    /// <param name="sink">The sink that it holds; <see cref="RedisSink.Server"/> is the usual way.</param>
    public static WireServer Redis(EndPoint address, ISink? sink = null) => new("Redis", address, sink, (link, client, server) => new RedisWire(link, client, server));

    /// <inheritdoc/>
    public override string ToString() => $"{_protocol} at {Address}";

    internal WireConnection Open(WireLink link, Socket client, Socket server) => _connection(link, client, server);

    /// <summary>A new connection to the server.</summary>
    internal Socket Connect()
    {
        var socket = Address is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(Address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
