namespace RerunSafe.Analyzers.Catalog;

/// <summary>One line of the catalogue: what one API means.</summary>
internal sealed record ApiEntry
{
    /// <summary>
    /// A documentation-comment ID ("M:Dapper.SqlMapper.ExecuteAsync", "P:System.DateTime.UtcNow", "M:Ns.Type.#ctor").
    /// Without a parameter list it means every overload. It also covers overrides and implementations of the member.
    /// </summary>
    public string Id { get; init; } = "";

    public ApiMeaning Meaning { get; init; }

    /// <summary>The name of the parameter that matters (see <see cref="ApiMeaning"/>), "receiver", or empty.</summary>
    public string Argument { get; init; } = "";

    /// <summary>The name of the parameter that carries a name (bind-parameter), or empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name of the parameter that carries the transaction, or empty.</summary>
    public string Transaction { get; init; } = "";

    /// <summary>The name of the parameter that carries the values (Dapper's param), or empty.</summary>
    public string Values { get; init; } = "";

    /// <summary>What the call returns: "rows-affected", "scalar", "rows", for a record source "kept" (its records stay where they are until somebody removes them: files in a folder), for a scheduler "settled" (each call carries its input, and a job that returns is done), for an append "tracked" (the next save-changes writes it), "replaces" (what has the same key is replaced), both as "tracked-replaces", or "unkeyed" (the store gives each value a place of its own), for an effect "bound" (an attribute of the parameter that hands in the receiver says what it does: an effect only where that attribute's constructor is one too), for a negative settlement "limited" (a count or an age at the source ends what it begins), for a read record "endless" (its consumer never comes to an end, and has no dead letters of its own), or empty.</summary>
    public string Result { get; init; } = "";

    /// <summary>
    /// The entry holds only for calls that pass this constant for this parameter: "append=true", "mode=Append" (a member of
    /// the enum, true, false, a number or a text). Empty: for every call.
    /// </summary>
    public string When { get; init; } = "";

    /// <summary>The library, for messages.</summary>
    public string Library { get; init; } = "";

    /// <summary>Where the meaning is documented.</summary>
    public string Source { get; init; } = "";
}
