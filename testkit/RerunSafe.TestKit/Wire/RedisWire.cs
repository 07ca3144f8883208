using System.Net.Sockets;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Wire;

/// <summary>
/// A connection of Redis' protocol. Every request has one answer, but for subscriptions; pushes, and the messages of subscriptions, come in between. What stands
/// between MULTI and EXEC is one transaction, and EXEC its commit.
/// </summary>
internal sealed class RedisWire(WireLink link, Socket client, Socket server) : WireConnection(link, client, server)
{
    private const int TlsHandshake = 0x16;

    // With a number of words that Redis refuses, which also spoils an open transaction.
    private static readonly byte[] Refused = RespValue.Request("SET"u8.ToArray());
    private static readonly byte[] Discard = RespValue.Request("DISCARD"u8.ToArray());

    private volatile RedisCommand? _command;
    private volatile bool _inTransaction;

    protected override void ReadRequests()
    {
        byte? first = First();
        while (true)
        {
            var request = RespValue.Read(FromClient, first);
            first = null;
            var command = new RedisCommand(request);
            WaitUntilIdle();
            if (command.Silences)
                throw new InvalidDataException("CLIENT REPLY OFF and SKIP cannot pass the proxy for Redis: without an answer nobody knows what a request has done. Leave the answers on.");
            if (command.Name.Length == 0 || command.IsSubscription)
            {
                ToServer(request.Bytes);
                continue;
            }

            Submit(command, request);
        }
    }

    protected override void ReadAnswers()
    {
        while (true)
        {
            var answer = RespValue.Read(FromServer);
            if (answer.IsPush || Current is not { } exchange)
            {
                ToClient(answer.Bytes);
                continue;
            }

            // A null from EXEC: a watched key has changed, and nothing was done.
            exchange.Failed = answer.IsError || exchange.IsRefused || (_command is { Name: "EXEC" } && answer.IsNull);
            _inTransaction = _command?.Name switch
            {
                "MULTI" => _inTransaction || !exchange.Failed,
                "EXEC" or "DISCARD" or "RESET" => false,
                _ => _inTransaction,
            };
            if (!exchange.IsRefused)
                exchange.Held.Write(answer.Bytes);
            Complete(exchange);
        }
    }

    private void Submit(RedisCommand command, RespValue request)
    {
        var exchange = new WireExchange();
        var refused = false;
        if (command.Kind is { } kind)
        {
            var step = new Step("Redis", kind, command.Statement, null, _inTransaction, Link.Ordinal, null, command.Parameters);
            exchange.Steps.Add(step);
            refused = Ask(step) == StepVerdict.Fail;
        }

        _command = command;
        if (refused)
        {
            // The error takes the place of the server's own one, in its turn.
            exchange.IsRefused = true;
            exchange.Held.Write(command.Kind == StepKind.Commit
                ? "-EXECABORT Transaction discarded because of previous errors.\r\n"u8
                : "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n"u8);
        }

        Begin(exchange);
        ToServer(!refused ? request.Bytes : command.Kind == StepKind.Commit ? Discard : Refused);
    }

    private byte First()
    {
        var first = FromClient.ReadByte();
        return first switch
        {
            < 0 => throw new EndOfStreamException(),
            TlsHandshake => throw new InvalidDataException($"The client of {Link.Server} speaks TLS, which the proxy in between does not. Have it connect without: ssl=false (StackExchange.Redis), redis:// instead of rediss:// (most others)."),
            _ => (byte)first,
        };
    }
}
