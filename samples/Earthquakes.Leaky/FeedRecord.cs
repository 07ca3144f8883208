namespace Earthquakes;

/// <summary>One feature of a feed file, as it was delivered.</summary>
public sealed record FeedRecord(string Source, long Position, ReadOnlyMemory<byte> Payload);
