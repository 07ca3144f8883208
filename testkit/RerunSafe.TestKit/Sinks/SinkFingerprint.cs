namespace RerunSafe.TestKit.Sinks;

/// <summary>The state of some tables of a sink in one short value: equal states give equal fingerprints. See <see cref="ISink.FingerprintAsync"/>.</summary>
/// <param name="Value">"orders 500 9f3c…; daily_totals 7 01ab…": per table its name, its number of rows and the sum of its row hashes in hexadecimal.</param>
/// <param name="Rows">The number of rows of all tables together.</param>
public sealed record SinkFingerprint(string Value, long Rows)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
