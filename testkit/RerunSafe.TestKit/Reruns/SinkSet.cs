using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns;

/// <summary>The sinks of a check, each with the state that it had before the first run.</summary>
internal sealed class SinkSet : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<ISink> _reached = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ISink, SinkImage> _baselines = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyCollection<ISink> Sinks
    {
        get
        {
            lock (_lock)
                return [.. _baselines.Keys];
        }
    }

    public async Task AddAsync(IEnumerable<TableView> views, CancellationToken cancellationToken)
    {
        foreach (var view in views)
        {
            if (!_baselines.ContainsKey(view.Sink))
                _baselines[view.Sink] = await view.Sink.SaveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A sink that a pipeline connects to although no table of it is observed: it is put back between runs all the same.</summary>
    public void Add(ISink sink)
    {
        lock (_lock)
        {
            if (!_baselines.ContainsKey(sink))
                _baselines[sink] = sink.SaveAsync().GetAwaiter().GetResult();
        }
    }

    /// <summary>The same for a sink whose writes the kit sees, because the pipeline goes through the kit to it.</summary>
    public void Reach(ISink sink)
    {
        Add(sink);
        lock (_lock)
            _reached.Add(sink);
    }

    /// <summary>Whether runs execute a process of their own, which may have any connection.</summary>
    public bool HasProcess { get; set; }

    /// <summary>Whether the kit sees the writes to the sink: a pipeline must reach a database through it, and may reach other things so.</summary>
    public bool IsSeen(ISink sink)
    {
        lock (_lock)
            return (sink is IDbSink && !HasProcess) || _reached.Contains(sink);
    }

    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var (sink, image) in _baselines)
            await sink.RestoreAsync(image, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyDictionary<ISink, SinkImage>> SaveAsync(CancellationToken cancellationToken)
    {
        var images = new Dictionary<ISink, SinkImage>(ReferenceEqualityComparer.Instance);
        foreach (var sink in _baselines.Keys)
            images[sink] = await sink.SaveAsync(cancellationToken).ConfigureAwait(false);
        return images;
    }

    /// <summary>The committed state of all sinks while a run is at work; null when one of them cannot be copied now.</summary>
    public async Task<IReadOnlyDictionary<ISink, SinkImage>?> SaveCommittedAsync(CancellationToken cancellationToken)
    {
        var images = new Dictionary<ISink, SinkImage>(ReferenceEqualityComparer.Instance);
        foreach (var sink in Sinks)
        {
            if (await sink.SaveCommittedAsync(cancellationToken).ConfigureAwait(false) is not { } image)
            {
                foreach (var saved in images.Values)
                    saved.Dispose();
                return null;
            }

            images[sink] = image;
        }

        return images;
    }

    public static async Task RestoreAsync(IReadOnlyDictionary<ISink, SinkImage> images, CancellationToken cancellationToken)
    {
        foreach (var (sink, image) in images)
            await sink.RestoreAsync(image, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The whole durable state in one text, unobserved tables (such as checkpoints) included.</summary>
    public Task<string> WholeStateAsync(CancellationToken cancellationToken) => TextAsync(Sinks, cancellationToken);

    /// <summary>The same of the sinks whose writes the kit can see: those that pipelines reach through its connections and proxies.</summary>
    public Task<string> SeenStateAsync(CancellationToken cancellationToken) => TextAsync(Sinks.Where(IsSeen), cancellationToken);

    /// <summary>The whole durable state of each sink.</summary>
    public Task<IReadOnlyDictionary<ISink, string>> StatesAsync(CancellationToken cancellationToken) => StatesAsync(Sinks, cancellationToken);

    private static async Task<string> TextAsync(IEnumerable<ISink> sinks, CancellationToken cancellationToken) =>
        string.Join("\n", (await StatesAsync(sinks, cancellationToken).ConfigureAwait(false)).Values);

    private static async Task<IReadOnlyDictionary<ISink, string>> StatesAsync(IEnumerable<ISink> sinks, CancellationToken cancellationToken)
    {
        var states = new Dictionary<ISink, string>(ReferenceEqualityComparer.Instance);
        foreach (var sink in sinks)
            states[sink] = (await sink.FingerprintAllAsync(cancellationToken).ConfigureAwait(false)).Value;
        return states;
    }

    /// <summary>The state of each table by itself.</summary>
    public async Task<IReadOnlyDictionary<(ISink Sink, string Table), string>> TablesAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<(ISink, string), string>();
        foreach (var sink in Sinks)
        {
            foreach (var table in sink.Tables())
                states[(sink, table.Name)] = (await sink.FingerprintAsync([table], cancellationToken).ConfigureAwait(false)).Value;
        }

        return states;
    }

    /// <summary>The state of these tables in one text.</summary>
    public static async Task<string> StateAsync(IReadOnlyList<TableView> views, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        foreach (var tables in views.GroupBy(v => v.Sink, (IEqualityComparer<ISink>)ReferenceEqualityComparer.Instance))
            parts.Add((await tables.Key.FingerprintAsync([.. tables], cancellationToken).ConfigureAwait(false)).Value);
        return string.Join("\n", parts);
    }

    public void Dispose()
    {
        foreach (var image in _baselines.Values)
            image.Dispose();
    }
}
