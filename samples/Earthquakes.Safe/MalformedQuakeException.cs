namespace Earthquakes;

/// <summary>The feature breaks the feed's contract. The same bytes will fail on every attempt.</summary>
public sealed class MalformedQuakeException(string message, Exception? inner = null) : Exception(message, inner);
