using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RerunSafe.TestKit.PostgreSql.Tests;

/// <summary>Speaks PostgreSQL's protocol message by message, for what Npgsql never sends.</summary>
internal sealed class RawPostgreSql : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly NetworkStream _stream;

    public RawPostgreSql(IPEndPoint address, string database)
    {
        _client.Connect(address);
        _stream = _client.GetStream();
        var first = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(first, 8);
        // Encryption by GSS and by TLS, as libpq asks for first.
        foreach (var code in new[] { 80877104, 80877103 })
        {
            BinaryPrimitives.WriteInt32BigEndian(first.AsSpan(4), code);
            _stream.Write(first);
            Assert.That(_stream.ReadByte(), Is.EqualTo('N'));
        }

        var names = Encoding.UTF8.GetBytes($"user\0postgres\0database\0{database}\0\0");
        var start = new byte[8 + names.Length];
        BinaryPrimitives.WriteInt32BigEndian(start, start.Length);
        BinaryPrimitives.WriteInt32BigEndian(start.AsSpan(4), 196608);
        names.CopyTo(start, 8);
        _stream.Write(start);
        Until('Z');
    }

    public void Parse(string sql) => Send('P', $"\0{sql}\0\0\0");

    public void Bind() => Send('B', "\0\0\0\0\0\0\0\0");

    public void Execute() => Send('E', "\0\0\0\0\0");

    public void Send(char type, string body = "")
    {
        var text = Encoding.UTF8.GetBytes(body);
        var message = new byte[5 + text.Length];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + text.Length);
        text.CopyTo(message, 5);
        _stream.Write(message);
    }

    /// <summary>The letters of the answers up to one.</summary>
    public string Until(char type)
    {
        var letters = new StringBuilder();
        var head = new byte[5];
        do
        {
            _stream.ReadExactly(head);
            _stream.ReadExactly(new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4]);
            letters.Append((char)head[0]);
        }
        while (head[0] != type);
        return letters.ToString();
    }

    public void Dispose() => _client.Dispose();
}
