namespace RerunSafe.Analyzers.Flow;

internal enum SliceStep
{
    /// <summary>The slice is removed from the sink now.</summary>
    Clears,

    /// <summary>Rows are marked; they are removed when the unit of work is saved.</summary>
    Marks,

    /// <summary>Rows are added, now or when the unit of work is saved.</summary>
    Loads,

    /// <summary>The unit of work is saved.</summary>
    Saves,
}
