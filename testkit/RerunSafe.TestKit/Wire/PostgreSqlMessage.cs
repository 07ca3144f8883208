using System.Buffers.Binary;
using System.Text;

namespace RerunSafe.TestKit.Wire;

/// <summary>
/// One message of PostgreSQL's protocol, version 3: a letter, the length of the rest with the length itself, the rest. The first message of a client has no letter.
/// Source: PostgreSQL documentation, "Message Formats".
/// </summary>
internal readonly struct PostgreSqlMessage
{
    private const int Longest = 1 << 30;

    private readonly int _at;

    private PostgreSqlMessage(byte[] bytes, int at)
    {
        Bytes = bytes;
        _at = at;
    }

    /// <summary>The whole message.</summary>
    public byte[] Bytes { get; }

    /// <summary>The letter.</summary>
    public char Type => (char)Bytes[0];

    /// <summary>What comes after the length.</summary>
    public ReadOnlySpan<byte> Body => Bytes.AsSpan(_at);

    /// <exception cref="EndOfStreamException">The other side is gone.</exception>
    /// <exception cref="InvalidDataException">These are no such messages.</exception>
    public static PostgreSqlMessage Read(Stream from)
    {
        Span<byte> head = stackalloc byte[5];
        from.ReadExactly(head);
        return Read(from, head, 5);
    }

    /// <summary>Reads the message without a letter that a client begins with.</summary>
    /// <exception cref="EndOfStreamException">The other side is gone.</exception>
    /// <exception cref="InvalidDataException">These are no such messages.</exception>
    public static PostgreSqlMessage ReadFirst(Stream from)
    {
        Span<byte> head = stackalloc byte[4];
        from.ReadExactly(head);
        return Read(from, head, 4);
    }

    /// <summary>A text as a simple query.</summary>
    public static byte[] Query(string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var bytes = new byte[text.Length + 6];
        bytes[0] = (byte)'Q';
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), text.Length + 5);
        text.CopyTo(bytes, 5);
        return bytes;
    }

    /// <summary>The texts at the start of the body, each of which ends with a zero.</summary>
    public string Text(int index = 0)
    {
        var rest = Body;
        for (; index > 0; index--)
            rest = rest[(rest.IndexOf((byte)0) + 1)..];
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static PostgreSqlMessage Read(Stream from, ReadOnlySpan<byte> head, int headLength)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(head[(headLength - 4)..]);
        if (length is < 4 or > Longest)
            throw new InvalidDataException("What passes the proxy for PostgreSQL is not PostgreSQL's protocol, version 3. Is the address that of another server, or does the client begin with TLS?");
        var bytes = new byte[headLength - 4 + length];
        head.CopyTo(bytes);
        from.ReadExactly(bytes.AsSpan(headLength));
        return new PostgreSqlMessage(bytes, headLength);
    }
}
