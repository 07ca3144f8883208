using System.Net.Sockets;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Wire;

/// <summary>
/// One connection of a client through the proxy, with a thread for each direction. Requests that the client sends without waiting for answers reach the server one after
/// the other: only then it is known at each of them what those before it have done.
/// </summary>
internal abstract class WireConnection
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _idle = new(true);
    private readonly ManualResetEventSlim _ended = new(false);
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly NetworkStream _toClient;
    private readonly NetworkStream _toServer;
    private Thread? _answers;
    private volatile WireExchange? _current;
    private volatile bool _closed;

    protected WireConnection(WireLink link, Socket client, Socket server)
    {
        Link = link;
        _client = client;
        _server = server;
        _toClient = new NetworkStream(client);
        _toServer = new NetworkStream(server);
        FromClient = new BufferedStream(_toClient, 1 << 16);
        FromServer = new BufferedStream(_toServer, 1 << 16);
    }

    protected WireLink Link { get; }

    /// <summary>Only the thread of the requests reads it.</summary>
    protected Stream FromClient { get; }

    /// <summary>Only the thread of the answers reads it.</summary>
    protected Stream FromServer { get; }

    /// <summary>The request that the server is at work on, or null.</summary>
    protected WireExchange? Current => _current;

    /// <summary>Begins to pass bytes on.</summary>
    public void Start()
    {
        _answers = new Thread(RunAnswers) { IsBackground = true, Name = "answers of " + Link.Server };
        _answers.Start();
        new Thread(RunRequests) { IsBackground = true, Name = "requests to " + Link.Server }.Start();
    }

    /// <summary>Cuts the client off and tells the server that nobody is there any more. Never throws.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
        }

        _idle.Set();
        // To dispose of a socket while it is being read aborts it, and with that the last answer may be lost that a server gave before it closed.
        Shutdown(_client, SocketShutdown.Both);
        Shutdown(_server, SocketShutdown.Send);
    }

    /// <summary>Comes back when the server has let go of the connection: what was open on it is rolled back then, and its locks are gone.</summary>
    public void WaitForEnd()
    {
        if (Thread.CurrentThread == _answers)
        {
            Drain();
            return;
        }

        // A statement that is under way would be waited for by the server.
        if (!_ended.Wait(LongestCall))
            Interrupt();
        _ended.Wait(LongestEnd);
    }

    /// <summary>Reads requests and passes them on, until the client is gone.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    protected abstract void ReadRequests();

    /// <summary>Reads answers and passes them on, until the server is gone.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    protected abstract void ReadAnswers();

    /// <summary>Asks the server to give up what it is doing for a client that is gone.</summary>
    protected virtual void Interrupt()
    {
    }

    /// <summary>Waits until the server has nothing more to do for the client.</summary>
    protected void WaitUntilIdle()
    {
        _idle.Wait();
        if (_closed)
            throw new EndOfStreamException();
    }

    /// <summary>Asks the gate before a step.</summary>
    /// <returns>Whether it passes, or is to be refused.</returns>
    /// <exception cref="EndOfStreamException">The run ends here.</exception>
    protected StepVerdict Ask(Step step)
    {
        if (Link.Run.IsDead)
        {
            Link.Gate.Refuse();
            Close();
            throw new EndOfStreamException();
        }

        var verdict = Link.Gate.Before(step);
        if (verdict != StepVerdict.Die)
            return verdict;
        _ = Link.Run.Die(step, "before");
        throw new EndOfStreamException();
    }

    /// <summary>Has the server's next answer taken for that of the request.</summary>
    protected void Begin(WireExchange exchange)
    {
        _idle.Reset();
        _current = exchange;
        Link.Gate.EnteredCall();
        if (_closed)
            _idle.Set();
    }

    /// <summary>The answer is whole. The client gets the rest of it, unless the gate decides that it never hears of it.</summary>
    protected void Complete(WireExchange exchange)
    {
        Link.Gate.LeftCall();
        foreach (var step in exchange.Failed ? [] : exchange.Steps)
        {
            switch (Link.Gate.After(step))
            {
                case StepVerdict.Die:
                    _ = Link.Run.Die(step, "after");
                    return;
                case StepVerdict.Fail:
                    Close();
                    return;
            }
        }

        Release(exchange);
        _current = null;
        _idle.Set();
    }

    /// <summary>Gives the client what was kept for it.</summary>
    protected void Release(WireExchange exchange)
    {
        ToClient(exchange.Held.GetBuffer().AsSpan(0, (int)exchange.Held.Length));
        exchange.Held.SetLength(0);
    }

    protected void ToServer(ReadOnlySpan<byte> bytes) => _toServer.Write(bytes);

    protected void ToClient(ReadOnlySpan<byte> bytes)
    {
        if (_closed || bytes.IsEmpty)
            return;
        try
        {
            _toClient.Write(bytes);
        }
        catch (Exception e) when (IsGone(e))
        {
            // What the server does for a client that has gone is done all the same.
        }
    }

    private static void Shutdown(Socket socket, SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side was faster.
        }
    }

    private static bool IsGone(Exception e) => e is IOException or SocketException or ObjectDisposedException;

    private void RunRequests()
    {
        try
        {
            ReadRequests();
        }
        catch (Exception e) when (IsGone(e))
        {
            // The ordinary end of a connection.
        }
        catch (InvalidDataException e)
        {
            Link.Run.Report(e.Message);
        }

        Close();
        _client.Dispose();
    }

    private void RunAnswers()
    {
        try
        {
            ReadAnswers();
        }
        catch (Exception e) when (IsGone(e))
        {
            // As above.
        }
        catch (InvalidDataException e)
        {
            Link.Run.Report(e.Message);
        }

        Close();
        Drain();
    }

    private void Drain()
    {
        try
        {
            var rest = new byte[1 << 14];
            _server.ReceiveTimeout = (int)LongestEnd.TotalMilliseconds;
            while (_server.Receive(rest) > 0)
            {
                // Nobody is there to hear it.
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // It has closed.
        }

        _server.Dispose();
        _ended.Set();
    }
}
