namespace RerunSafe.TestKit.Sinks;

/// <summary>What a SQLite database holds beside the rows of its tables. Pipelines keep checkpoints there too.</summary>
internal sealed record SqliteBeside(long UserVersion, long ApplicationId, string Schema)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"schema {Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(System.Text.Encoding.UTF8.GetBytes(Schema)))} {UserVersion} {ApplicationId}";
}
