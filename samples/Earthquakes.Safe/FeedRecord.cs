namespace Earthquakes;

/// <summary>One feature of a feed file, as it was delivered.</summary>
/// <param name="Source">The file.</param>
/// <param name="Position">The place of the feature in the file, from 0, the same each time that the file is read.</param>
/// <param name="Payload">The bytes of the feature.</param>
public sealed record FeedRecord(string Source, long Position, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The position of a file that could not be taken apart into features.</summary>
    public const long WholeFile = -1;
}
