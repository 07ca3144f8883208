using System.Buffers.Binary;
using System.Net.Sockets;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Wire;

/// <summary>
/// A connection of PostgreSQL's protocol. A request is a simple query, or the messages of an extended one up to their Sync; its answer ends with
/// ReadyForQuery, which says whether a transaction is open. Data of a COPY belongs to the request that began it: a COPY is applied when its answer is whole.
/// </summary>
internal sealed class PostgreSqlWire(WireLink link, Socket client, Socket server) : WireConnection(link, client, server)
{
    private const int Cancel = 80877102;
    private const int Tls = 80877103;
    private const int Gss = 80877104;
    private const char NoTransaction = 'I';
    private const char Aborted = 'E';

    private readonly Dictionary<string, string> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _portals = new(StringComparer.Ordinal);
    private readonly List<byte[]> _gathered = [];
    private readonly List<string> _texts = [];
    private bool _namesStatements;
    private WireExchange? _flushed;
    private byte[]? _key;
    private volatile char _transaction = NoTransaction;

    protected override void ReadRequests()
    {
        if (!StartUp())
            return;
        while (true)
        {
            var message = PostgreSqlMessage.Read(FromClient);
            switch (message.Type)
            {
                case 'Q':
                    Submit([message.Bytes], [message.Text()], remembered: true);
                    break;
                case 'F':
                    Submit([message.Bytes], ["CALL function"], remembered: true);
                    break;
                case 'P' or 'B' or 'C' or 'D' or 'E':
                    Note(message);
                    _gathered.Add(message.Bytes);
                    break;
                case 'S' when _gathered.Count == 0 && _flushed is null && Current is { TakesData: true }:
                    // The server takes no notice of the Sync before the data.
                    ToServer(message.Bytes);
                    break;
                case 'S':
                    _gathered.Add(message.Bytes);
                    Sync();
                    break;
                case 'H':
                    _gathered.Add(message.Bytes);
                    Flush();
                    break;
                default:
                    ToServer(message.Bytes);
                    break;
            }
        }
    }

    protected override void ReadAnswers()
    {
        while (true)
        {
            var message = PostgreSqlMessage.Read(FromServer);
            var exchange = Current;
            switch (message.Type)
            {
                case 'K':
                    _key = message.Body.ToArray();
                    break;
                case 'E' when exchange is not null:
                    exchange.Failed = true;
                    break;
                case 'G' or 'W' when exchange is not null:
                    exchange.TakesData = true;
                    Release(exchange);
                    ToClient(message.Bytes);
                    continue;
                case 'Z':
                    _transaction = (char)message.Body[0];
                    break;
                case 'C' when exchange is { IsRefused: true }:
                    continue;
            }

            if (exchange is { Holds: true })
                exchange.Held.Write(message.Bytes);
            else
                ToClient(message.Bytes);
            if (message.Type == 'Z' && exchange is not null)
                Complete(exchange);
        }
    }

    protected override void Interrupt()
    {
        if (_key is null)
            return;
        try
        {
            using var other = Link.Server.Connect();
            var request = new byte[8 + _key.Length];
            BinaryPrimitives.WriteInt32BigEndian(request, request.Length);
            BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), Cancel);
            _key.CopyTo(request, 8);
            other.Send(request);
        }
        catch (SocketException)
        {
            // A server that is gone has nothing under way.
        }
    }

    /// <summary>Passes the first message on.</summary>
    /// <returns>False when it asks for a statement to be cancelled, after which nothing follows.</returns>
    private bool StartUp()
    {
        var wantsTls = false;
        while (true)
        {
            PostgreSqlMessage message;
            try
            {
                message = PostgreSqlMessage.ReadFirst(FromClient);
            }
            catch (EndOfStreamException) when (wantsTls)
            {
                Link.Run.Report($"The client of {Link.Server} insists on TLS, which the proxy in between does not speak. Have it connect without: SSL Mode=Disable (Npgsql), sslmode=disable (libpq and most others).");
                throw;
            }

            switch (message.Body.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(message.Body) : 0)
            {
                case Tls or Gss:
                    wantsTls = true;
                    ToClient("N"u8);
                    break;
                case Cancel:
                    ToServer(message.Bytes);
                    return false;
                default:
                    ToServer(message.Bytes);
                    return true;
            }
        }
    }

    /// <summary>Keeps what a message of an extended query says about its text.</summary>
    private void Note(PostgreSqlMessage message)
    {
        switch (message.Type)
        {
            case 'P':
                _statements[message.Text()] = message.Text(1);
                _namesStatements |= message.Text().Length > 0;
                break;
            case 'B':
                _portals[message.Text()] = _statements.GetValueOrDefault(message.Text(1), "");
                break;
            case 'E':
                _texts.Add(_portals.GetValueOrDefault(message.Text(), ""));
                break;
            case 'C':
                _namesStatements = true;
                break;
        }
    }

    private void Sync()
    {
        if (_flushed is { } begun)
        {
            Continue(begun);
            begun.Holds = begun.Steps.Exists(step => step.Kind != StepKind.Query);
            _flushed = null;
            Send(_gathered);
        }
        else
        {
            Submit(_gathered, _texts, remembered: !_namesStatements);
        }

        Forget();
    }

    /// <summary>The client wants answers before its request is whole. Nothing of them is final: without a Sync the server rolls back.</summary>
    private void Flush()
    {
        if (_flushed is null)
        {
            WaitUntilIdle();
            _flushed = new WireExchange();
            Continue(_flushed);
            Begin(_flushed);
        }
        else
        {
            Continue(_flushed);
        }

        Send(_gathered);
        Forget();
    }

    /// <summary>Asks the gate about what has been added to a request that is with the server in parts.</summary>
    private void Continue(WireExchange exchange)
    {
        if (_texts.Count == 0)
            return;
        var step = StepOf(_texts);
        if (Ask(step) == StepVerdict.Fail)
        {
            Close();
            throw new EndOfStreamException();
        }

        exchange.Steps.Add(step);
    }

    private void Submit(IReadOnlyList<byte[]> messages, IReadOnlyList<string> texts, bool remembered)
    {
        WaitUntilIdle();
        var exchange = new WireExchange();
        if (texts.Count > 0)
        {
            var step = StepOf(texts);
            exchange.Steps.Add(step);
            exchange.Holds = step.Kind != StepKind.Query;
            if (Ask(step) == StepVerdict.Fail)
            {
                Refuse(exchange, step, remembered);
                return;
            }
        }

        Begin(exchange);
        Send(messages);
    }

    /// <summary>
    /// Has the server itself raise the error, so that an open transaction is really aborted. Where the client would take a statement for prepared that is not,
    /// the connection is lost instead.
    /// </summary>
    private void Refuse(WireExchange exchange, Step step, bool remembered)
    {
        if (!remembered)
        {
            Close();
            throw new EndOfStreamException();
        }

        exchange.IsRefused = true;
        Begin(exchange);
        ToServer(PostgreSqlMessage.Query(step.Kind == StepKind.Commit
            ? "ROLLBACK; DO $$ BEGIN RAISE EXCEPTION 'could not serialize access due to concurrent update' USING ERRCODE = '40001'; END $$"
            : "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"));
    }

    private Step StepOf(IReadOnlyList<string> texts)
    {
        var text = StepText.Of(texts.Count == 1 ? texts[0] : string.Join(";\n", texts));
        // The server answers the COMMIT of an aborted transaction with a rollback.
        var kind = text.Kind == StepKind.Commit && _transaction == Aborted ? StepKind.Rollback : text.Kind;
        return new Step("PostgreSQL", kind, text.Statement, text.Table, _transaction != NoTransaction, Link.Ordinal)
        {
            Statements = text.Statements,
            Commits = Math.Min(1, text.Commits),
        };
    }

    private void Send(IReadOnlyList<byte[]> messages)
    {
        using var all = new MemoryStream();
        foreach (var message in messages)
            all.Write(message);
        ToServer(all.GetBuffer().AsSpan(0, (int)all.Length));
    }

    private void Forget()
    {
        _gathered.Clear();
        _texts.Clear();
        _namesStatements = false;
    }
}
