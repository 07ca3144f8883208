namespace RerunSafe.TestKit.Sinks;

/// <summary>One row of a <see cref="TableState"/>. Rows are equal when they hold the same values of the same types in the same order.</summary>
public sealed class Row : IEquatable<Row>
{
    private readonly IReadOnlyList<string> _columns;
    private readonly object?[] _values;

    /// <summary>Makes a row.</summary>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="values">As many values: null, or what the engine's provider reads. DBNull counts as null.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than columns.</exception>
    public Row(IReadOnlyList<string> columns, IReadOnlyList<object?> values)
    {
        if (columns.Count != values.Count)
            throw new ArgumentException($"A row of {columns.Count} columns got {values.Count} values.", nameof(values));

        _columns = columns;
        _values = new object?[values.Count];
        for (var i = 0; i < _values.Length; i++)
            _values[i] = values[i] is DBNull ? null : values[i];
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>The values, in the order of the columns.</summary>
    public IReadOnlyList<object?> Values => _values;

    /// <summary>The value of a column.</summary>
    /// <param name="column">Its name; case does not matter.</param>
    /// <exception cref="SinkException">There is no such column.</exception>
    public object? this[string column]
    {
        get
        {
            for (var i = 0; i < _columns.Count; i++)
            {
                if (string.Equals(_columns[i], column, StringComparison.OrdinalIgnoreCase))
                    return _values[i];
            }

            throw new SinkException($"The row has no column '{column}'. {Nearest.Hint(column, _columns)}");
        }
    }

    /// <inheritdoc/>
    public bool Equals(Row? other)
    {
        if (other is null || other._values.Length != _values.Length)
            return false;

        for (var i = 0; i < _values.Length; i++)
        {
            if (!SinkValue.Same(_values[i], other._values[i]))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Row);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in _values)
            SinkValue.AddTo(ref hash, value);

        return hash.ToHashCode();
    }

    /// <summary>"id=7, amount=3.5, note=NULL", with long values cut.</summary>
    public override string ToString()
    {
        var parts = new string[_values.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = $"{_columns[i]}={SinkValue.Text(_values[i])}";

        return string.Join(", ", parts);
    }
}
