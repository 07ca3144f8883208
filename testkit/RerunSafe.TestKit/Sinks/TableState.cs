namespace RerunSafe.TestKit.Sinks;

/// <summary>The rows of a table at one moment. A multiset: the same row may be there more than once.</summary>
public sealed class TableState
{
    /// <summary>Makes a state.</summary>
    /// <param name="columns">The names of the columns, without the ignored ones.</param>
    /// <param name="rows">The rows, ordered by key.</param>
    public TableState(IReadOnlyList<string> columns, IReadOnlyList<Row> rows)
    {
        Columns = columns;
        Rows = rows;
    }

    /// <summary>Makes a state with what the sink needs to find rows that differ from it.</summary>
    /// <param name="columns">The names of the columns, without the ignored ones.</param>
    /// <param name="rows">The rows, ordered by key.</param>
    /// <param name="hashes">Hashes of the rows. What they mean is the sink's own affair.</param>
    public TableState(IReadOnlyList<string> columns, IReadOnlyList<Row> rows, IReadOnlyList<long> hashes)
        : this(columns, rows) => Hashes = hashes;

    /// <summary>For a sink that finds differing rows inside the engine, hashes of the rows; otherwise empty.</summary>
    public IReadOnlyList<long> Hashes { get; } = [];

    /// <summary>The names of the columns, without the ignored ones.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows, ordered by key.</summary>
    public IReadOnlyList<Row> Rows { get; }
}
