using System.IO.Hashing;

namespace RerunSafe.TestKit.Sinks;

/// <summary>
/// A private temporary folder that a pipeline writes files to, seen line by line. The kit does not see the writes themselves: name the places where the
/// process may die between them (<see cref="Reruns.PipelineRun.CrashPoint"/>), such as "half written" and "before the rename". The folder
/// goes when the sink is disposed of.
/// </summary>
public sealed class DirectorySink : ISink
{
    private const string LineColumn = "line";

    private readonly string _home = Directory.CreateTempSubdirectory("rerunsafe-files-").FullName;
    private readonly DirectoryImage _pristine;
    private int _images;

    /// <summary>Makes an empty folder.</summary>
    public DirectorySink()
    {
        Folder = Path.Combine(_home, "files");
        Directory.CreateDirectory(Folder);
        _pristine = Save();
    }

    /// <inheritdoc/>
    public string Name => "files";

    /// <summary>The folder, for the pipeline to write to.</summary>
    public string Folder { get; }

    /// <summary>The lines of a file, as a table with the one column <c>line</c>; no row while the file is not there. The order of lines does not count.</summary>
    /// <param name="path">The path inside the folder.</param>
    /// <exception cref="SinkException">The path leads out of the folder.</exception>
    public TableView File(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var inside = Path.GetRelativePath(Folder, Path.GetFullPath(path, Folder)).Replace('\\', '/');
        if (inside.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(inside))
            throw new SinkException($"'{path}' is not inside of the folder of the sink. Give the path that the pipeline writes to below Folder.");
        return new TableView(this, inside, [LineColumn], []);
    }

    /// <summary>A table for each file that there is now, by path.</summary>
    public TableView[] Tables() => [.. Paths(Folder).Select(File)];

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken cancellationToken = default) => RestoreAsync(_pristine, cancellationToken);

    /// <inheritdoc/>
    public Task<SinkImage> SaveAsync(CancellationToken cancellationToken = default) => Task.FromResult<SinkImage>(Save());

    /// <inheritdoc/>
    public Task RestoreAsync(SinkImage image, CancellationToken cancellationToken = default)
    {
        if (image is not DirectoryImage mine || mine.Sink != this)
            throw new SinkException("The image is of another sink. Restore it to the sink whose SaveAsync made it.");
        if (!Directory.Exists(mine.Path))
            throw new SinkException("The image was disposed of. Keep it until the last restore.");
        foreach (var entry in new DirectoryInfo(Folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }

        Copy(mine.Path, Folder);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<TableState> ReadAsync(TableView table, CancellationToken cancellationToken = default)
    {
        Own(table);
        var path = Path.Combine(Folder, table.Name);
        var lines = System.IO.File.Exists(path) ? await System.IO.File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false) : [];
        return new TableState(table.Columns, [.. lines.Order(StringComparer.Ordinal).Select(line => new Row(table.Columns, [line]))]);
    }

    /// <inheritdoc/>
    public Task<SinkFingerprint> FingerprintAsync(IReadOnlyList<TableView> tables, CancellationToken cancellationToken = default) =>
        RowSums.OfAsync(this, tables, static row => (string)row.Values[0]!, cancellationToken);

    /// <summary>All files with the exact bytes of each: a last line that is torn is another state than a whole one.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<SinkFingerprint> FingerprintAllAsync(CancellationToken cancellationToken = default)
    {
        var parts = new List<string>();
        foreach (var path in Paths(Folder))
        {
            var bytes = await System.IO.File.ReadAllBytesAsync(Path.Combine(Folder, path), cancellationToken).ConfigureAwait(false);
            parts.Add($"{path} {Convert.ToHexStringLower(XxHash128.Hash(bytes))}");
        }

        return new SinkFingerprint(string.Join("; ", parts), parts.Count);
    }

    /// <summary>Removes the folder. Never throws: what another process holds open stays in the temporary folder.</summary>
    public ValueTask DisposeAsync()
    {
        Remove(_home);
        return ValueTask.CompletedTask;
    }

    internal static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As said above.
        }
    }

    private DirectoryImage Save()
    {
        var path = Path.Combine(_home, $"image-{Interlocked.Increment(ref _images)}");
        Directory.CreateDirectory(path);
        Copy(Folder, path);
        return new DirectoryImage(this, path);
    }

    private static IEnumerable<string> Paths(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var path in Paths(from))
            System.IO.File.Copy(Path.Combine(from, path), Path.Combine(to, path), overwrite: true);
    }

    private void Own(TableView table)
    {
        if (table.Sink != this)
            throw new SinkException($"The table '{table.Name}' is of another sink ({table.Sink.Name}). Take it from the sink that reads it.");
    }

    /// <summary>A copy of the folder.</summary>
    private sealed class DirectoryImage(DirectorySink sink, string path) : SinkImage
    {
        public DirectorySink Sink { get; } = sink;

        public string Path { get; } = path;

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Remove(Path);
        }
    }
}
