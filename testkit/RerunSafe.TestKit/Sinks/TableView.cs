namespace RerunSafe.TestKit.Sinks;

/// <summary>
/// A table of a sink as a test looks at it: which columns identify a row, and which do not count. Immutable: each method
/// gives a new view.
/// </summary>
public sealed class TableView
{
    /// <summary>Makes a view; <see cref="SqliteSink.Table"/> and its like are the usual way.</summary>
    /// <param name="sink">Where the table is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="columns">All its columns, in their order.</param>
    /// <param name="key">The columns that identify a row: the declared primary key, or empty.</param>
    public TableView(ISink sink, string name, IReadOnlyList<string> columns, IReadOnlyList<string> key)
        : this(sink, name, columns, key, [], NoTolerances)
    {
    }

    private static readonly IReadOnlyDictionary<string, ColumnTolerance> NoTolerances = new Dictionary<string, ColumnTolerance>();

    private TableView(
        ISink sink, string name, IReadOnlyList<string> columns, IReadOnlyList<string> key, IReadOnlyList<string> ignored, IReadOnlyDictionary<string, ColumnTolerance> tolerances)
    {
        Tolerances = tolerances;
        Sink = sink;
        Name = name;
        AllColumns = columns;
        KeyColumns = key;
        IgnoredColumns = ignored;
        Columns = [.. columns.Where(column => !ignored.Contains(column))];
    }

    /// <summary>Where the table is.</summary>
    public ISink Sink { get; }

    /// <summary>The table's name as the sink spells it.</summary>
    public string Name { get; }

    /// <summary>The columns that count, in the table's order: all but the ignored ones.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The columns that identify a row: those of <see cref="Key"/>, else the declared primary key, else none.</summary>
    public IReadOnlyList<string> KeyColumns { get; }

    /// <summary>The columns that do not count.</summary>
    public IReadOnlyList<string> IgnoredColumns { get; }

    /// <summary>The columns whose values may lie a little apart. Every sink's differences honour them; fingerprints do not.</summary>
    public IReadOnlyDictionary<string, ColumnTolerance> Tolerances { get; }

    private IReadOnlyList<string> AllColumns { get; }

    /// <summary>Says which columns identify a row. Differences are then told as changed rows, not as one missing and one extra.</summary>
    /// <param name="columns">One name or more; case does not matter.</param>
    /// <exception cref="SinkException">A column does not exist, is ignored, or none is given.</exception>
    public TableView Key(params string[] columns)
    {
        var key = Resolve(columns, nameof(Key));
        foreach (var column in key)
        {
            if (IgnoredColumns.Contains(column))
                throw new SinkException($"The table '{Name}' cannot have the key column '{column}' and ignore it. Take it out of Ignoring or out of Key.");
        }

        if (key.FirstOrDefault(Tolerances.ContainsKey) is { } vague)
            throw VagueKey(vague);
        return new TableView(Sink, Name, AllColumns, key, IgnoredColumns, Tolerances);
    }

    /// <summary>Has numbers count as the same that lie no further apart than this, for sums of floating-point numbers in another order.</summary>
    /// <param name="column">Its name; case does not matter.</param>
    /// <param name="amount">More than zero, in the unit of the column.</param>
    /// <exception cref="SinkException">The column does not exist, or is part of the key; or the amount is not more than zero.</exception>
    public TableView Tolerating(string column, double amount) => amount > 0 && double.IsFinite(amount)
        ? Tolerating(column, new ColumnTolerance(amount, null))
        : throw new SinkException($"The tolerance of the column '{column}' must be more than zero.");

    /// <summary>Has times count as the same that lie no further apart than this, for engines and formats that round them.</summary>
    /// <param name="column">Its name; case does not matter.</param>
    /// <param name="span">More than zero.</param>
    /// <exception cref="SinkException">The column does not exist, or is part of the key; or the span is not more than zero.</exception>
    public TableView Tolerating(string column, TimeSpan span) => span > TimeSpan.Zero
        ? Tolerating(column, new ColumnTolerance(null, span))
        : throw new SinkException($"The tolerance of the column '{column}' must be more than zero.");

    /// <summary>
    /// Leaves columns out of every comparison, for values that differ from run to run by design, such as a load time or a
    /// generated id. Adds to the columns that are ignored already.
    /// </summary>
    /// <param name="columns">One name or more; case does not matter. An ignored column of the declared primary key leaves the view without a key.</param>
    /// <exception cref="SinkException">A column does not exist, none is given, or no column would be left.</exception>
    public TableView Ignoring(params string[] columns)
    {
        string[] ignored = [.. IgnoredColumns.Union(Resolve(columns, nameof(Ignoring)))];
        if (ignored.Length == AllColumns.Count)
            throw new SinkException($"The table '{Name}' would have no column left to compare. Ignore fewer of its columns: {string.Join(", ", AllColumns)}.");

        return new TableView(Sink, Name, AllColumns, KeyColumns.Any(ignored.Contains) ? [] : KeyColumns, ignored, Tolerances);
    }

    /// <summary>The same table with all its columns.</summary>
    internal TableView Whole() => new(Sink, Name, AllColumns, KeyColumns, [], Tolerances);

    /// <summary>Another table, looked at as this one is.</summary>
    internal TableView InPlaceOf(TableView other) => new(other.Sink, other.Name, AllColumns, KeyColumns, IgnoredColumns, Tolerances);

    /// <summary>The table's name.</summary>
    public override string ToString() => Name;

    private TableView Tolerating(string column, ColumnTolerance tolerance)
    {
        var known = Resolve([column], nameof(Tolerating))[0];
        if (KeyColumns.Contains(known))
            throw VagueKey(known);
        return new TableView(Sink, Name, AllColumns, KeyColumns, IgnoredColumns, new Dictionary<string, ColumnTolerance>(Tolerances) { [known] = tolerance });
    }

    private SinkException VagueKey(string column) => new($"The key column '{column}' of the table '{Name}' cannot have a tolerance: rows could not be told apart by it. Name another key, or leave the tolerance out.");

    private string[] Resolve(string[] columns, string method)
    {
        if (columns.Length == 0)
            throw new SinkException($"{method}() of the table '{Name}' needs at least one column. {Nearest.Hint("", AllColumns)}");

        return [.. columns.Select(column =>
            AllColumns.FirstOrDefault(known => string.Equals(known, column, StringComparison.OrdinalIgnoreCase))
            ?? throw new SinkException($"The table '{Name}' has no column '{column}'. {Nearest.Hint(column, AllColumns)}"))];
    }
}
