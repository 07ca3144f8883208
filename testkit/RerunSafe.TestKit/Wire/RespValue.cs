using System.Globalization;
using System.Text;

namespace RerunSafe.TestKit.Wire;

/// <summary>A value of Redis' protocol, versions 2 and 3, with the bytes that it came in. Source: Redis documentation, "Redis serialization protocol specification".</summary>
internal sealed class RespValue
{
    private const int Longest = 1 << 29;

    private RespValue(char type, string? text, IReadOnlyList<RespValue>? items)
    {
        Type = type;
        Text = text;
        Items = items;
    }

    /// <summary>The first letter: + - : $ * and those of version 3.</summary>
    public char Type { get; }

    /// <summary>A line or a string, as UTF-8; null for a null and for what has items.</summary>
    public string? Text { get; }

    /// <summary>The bytes of a string.</summary>
    public byte[] Raw { get; private init; } = [];

    /// <summary>The items of an array, a set, a map (keys and values in turn) or a push; null for others.</summary>
    public IReadOnlyList<RespValue>? Items { get; }

    /// <summary>Everything that it came in.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>Whether nobody asked for it.</summary>
    public bool IsPush => Type == '>';

    public bool IsError => Type is '-' or '!';

    public bool IsNull => Type == '_' || (Text is null && Items is null);

    /// <summary>Reads a value; a line that is none, as one types it by hand, is read as an array of its words.</summary>
    /// <param name="from">Where from.</param>
    /// <param name="first">The first byte, when it has been read already.</param>
    /// <exception cref="EndOfStreamException">The other side is gone.</exception>
    /// <exception cref="InvalidDataException">This is no such protocol.</exception>
    public static RespValue Read(Stream from, byte? first = null)
    {
        using var bytes = new MemoryStream();
        if (first is { } read)
            bytes.WriteByte(read);
        var value = Read(from, bytes, depth: 0, start: 0);
        value.Bytes = bytes.ToArray();
        return value;
    }

    /// <summary>A request.</summary>
    public static byte[] Request(params IReadOnlyList<byte[]> arguments)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Encoding.ASCII.GetBytes($"*{arguments.Count}\r\n"));
        foreach (var argument in arguments)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"${argument.Length}\r\n"));
            bytes.Write(argument);
            bytes.Write("\r\n"u8);
        }

        return bytes.ToArray();
    }

    private static RespValue Read(Stream from, MemoryStream bytes, int depth) => Read(from, bytes, depth, (int)bytes.Length);

    private static RespValue Read(Stream from, MemoryStream bytes, int depth, int start)
    {
        var line = Line(from, bytes, start);
        if (line.Length == 0 || depth > 64)
            throw NotRedis();
        var (type, rest) = (line[0], line[1..]);
        switch (type)
        {
            case '+' or '-' or ':' or ',' or '#' or '(':
                return new(type, rest, null) { Raw = Encoding.UTF8.GetBytes(rest) };
            case '_':
                return new(type, null, null);
            case '$' or '!' or '=':
                return String(from, bytes, type, Length(rest));
            case '*' or '~' or '>' or '%':
                return Aggregate(from, bytes, type, Length(rest) * (type == '%' ? 2 : 1), depth);
            case '|':
                // Attributes stand before the value that they are about.
                Aggregate(from, bytes, type, Length(rest) * 2, depth);
                return Read(from, bytes, depth);
            case > ' ' and <= 'z' when depth == 0:
                return new('*', null, [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => new RespValue('$', word, null) { Raw = Encoding.UTF8.GetBytes(word) })]);
            default:
                throw NotRedis();
        }
    }

    private static RespValue String(Stream from, MemoryStream bytes, char type, int length)
    {
        if (length < 0)
            return new(type, null, null);
        var raw = new byte[length + 2];
        from.ReadExactly(raw);
        bytes.Write(raw);
        return new(type, Encoding.UTF8.GetString(raw, 0, length), null) { Raw = raw[..length] };
    }

    private static RespValue Aggregate(Stream from, MemoryStream bytes, char type, int count, int depth)
    {
        if (count < 0)
            return new(type, null, null);
        var items = new List<RespValue>(Math.Min(count, 1024));
        for (var i = 0; i < count; i++)
            items.Add(Read(from, bytes, depth + 1));
        return new(type, null, items);
    }

    private static string Line(Stream from, MemoryStream bytes, int start)
    {
        while (true)
        {
            var next = from.ReadByte();
            if (next < 0)
                throw new EndOfStreamException();
            bytes.WriteByte((byte)next);
            if (next == '\n')
                break;
            if (bytes.Length - start > 1 << 16)
                throw NotRedis();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), start, (int)bytes.Length - start).TrimEnd('\r', '\n');
    }

    private static int Length(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) && length <= Longest ? length : throw NotRedis();

    private static InvalidDataException NotRedis() => new("What passes the proxy for Redis is not Redis' protocol. Is the address that of another server?");
}
