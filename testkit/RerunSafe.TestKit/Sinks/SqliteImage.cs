namespace RerunSafe.TestKit.Sinks;

/// <summary>A copy of a database file, and the journal mode that the file had.</summary>
internal sealed class SqliteImage(SqliteFiles files, string path, string journalMode) : SinkImage
{
    public SqliteFiles Files { get; } = files;

    public string Path { get; } = path;

    public string JournalMode { get; } = journalMode;

    public override long Size => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            SqliteFiles.Remove(Path);
    }
}
