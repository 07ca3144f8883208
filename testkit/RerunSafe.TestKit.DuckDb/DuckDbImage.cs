using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.DuckDb;

/// <summary>A copy of a database file, and of its write-ahead log where there was one.</summary>
internal sealed class DuckDbImage(DuckDbFiles files, string path) : SinkImage
{
    public DuckDbFiles Files { get; } = files;

    public string Path { get; } = path;

    public override long Size => new[] { Path, DuckDbFiles.LogOf(Path) }.Where(File.Exists).Sum(path => new FileInfo(path).Length);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            DuckDbFiles.Remove(Path);
    }
}
