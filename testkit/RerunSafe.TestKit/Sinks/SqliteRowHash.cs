using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RerunSafe.TestKit.Sinks;

/// <summary>
/// Row hashes inside SQLite, which has none: an aggregate that sums XxHash128 of each row modulo 2^128. A sum and not XOR,
/// under which pairs of equal rows cancel; an own sum because SQLite's own fails when it overflows.
/// Each value goes in as its storage class, its length and its bytes, so that neither types nor borders of values can be confused.
/// </summary>
internal static class SqliteRowHash
{
    // SQLite allows 127 arguments to a function in builds before 3.48; wider rows are hashed in slices first.
    private const int Slice = 100;

    public static void Register(SqliteConnection connection)
    {
        var handle = connection.Handle!;
        Check(raw.sqlite3_create_function(handle, "rerunsafe_slice", -1, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, HashSlice));
        Check(raw.sqlite3_create_function(handle, "rerunsafe_sum", -1, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, AddRow, Finish));

        void Check(int code) => SqliteException.ThrowExceptionForRC(code, handle);
    }

    /// <summary>The SQL that sums the rows of these columns.</summary>
    public static string SumOf(IReadOnlyList<string> columns)
    {
        var names = columns.Select(SqliteCatalog.Quote);
        var arguments = columns.Count <= Slice ? names : names.Chunk(Slice).Select(slice => $"rerunsafe_slice({string.Join(", ", slice)})");
        return $"rerunsafe_sum({string.Join(", ", arguments)})";
    }

    private static void AddRow(sqlite3_context context, object data, sqlite3_value[] values)
    {
        var sum = (Sum)(context.state ??= new Sum());
        unchecked
        {
            sum.Total += Hash(values);
        }
    }

    private static void Finish(sqlite3_context context, object data) =>
        raw.sqlite3_result_text(context, ((context.state as Sum)?.Total ?? UInt128.Zero).ToString("x32"));

    private static void HashSlice(sqlite3_context context, object data, sqlite3_value[] values)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Hash(values));
        raw.sqlite3_result_blob(context, bytes);
    }

    private static UInt128 Hash(sqlite3_value[] values)
    {
        var length = 0;
        foreach (var value in values)
            length += 13 + (raw.sqlite3_value_type(value) is raw.SQLITE_TEXT or raw.SQLITE_BLOB ? raw.sqlite3_value_bytes(value) : 0);

        var rented = ArrayPool<byte>.Shared.Rent(length);
        var at = 0;
        foreach (var value in values)
            at += Write(value, rented.AsSpan(at));

        var hash = XxHash128.HashToUInt128(rented.AsSpan(0, at));
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    private static int Write(sqlite3_value value, Span<byte> target)
    {
        var type = raw.sqlite3_value_type(value);
        target[0] = (byte)type;
        switch (type)
        {
            case raw.SQLITE_INTEGER:
                BinaryPrimitives.WriteInt64LittleEndian(target[1..], raw.sqlite3_value_int64(value));
                return 9;
            case raw.SQLITE_FLOAT:
                BinaryPrimitives.WriteDoubleLittleEndian(target[1..], raw.sqlite3_value_double(value));
                return 9;
            case raw.SQLITE_TEXT or raw.SQLITE_BLOB:
                var bytes = raw.sqlite3_value_blob(value);
                BinaryPrimitives.WriteInt32LittleEndian(target[1..], bytes.Length);
                bytes.CopyTo(target[5..]);
                return 5 + bytes.Length;
            default:
                return 1;
        }
    }

    private sealed class Sum
    {
        public UInt128 Total { get; set; }
    }
}
