using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// What a method does to sinks, itself or through what it calls here. Statements and typed sets, which most questions are
/// about, are looked for only where they can be; the rest is found when somebody asks.
/// </summary>
internal sealed class EffectSummary
{
    private readonly Lazy<IReadOnlyList<SqlStatement>> _statements;
    private readonly Lazy<IReadOnlyCollection<string>> _lookedUp;
    private readonly Lazy<IReadOnlyCollection<string>> _cleared;
    private readonly Lazy<Rest> _rest;

    public EffectSummary(
        Func<IReadOnlyList<SqlStatement>> statements, Func<IReadOnlyCollection<string>> lookedUp, Func<IReadOnlyCollection<string>> cleared, Func<Rest> rest)
    {
        _statements = new Lazy<IReadOnlyList<SqlStatement>>(statements);
        _lookedUp = new Lazy<IReadOnlyCollection<string>>(lookedUp);
        _cleared = new Lazy<IReadOnlyCollection<string>>(cleared);
        _rest = new Lazy<Rest>(rest);
    }

    public IReadOnlyList<SqlStatement> Statements => _statements.Value;

    /// <summary>The kinds of things that it asks a typed set for.</summary>
    public IReadOnlyCollection<string> LookedUp => _lookedUp.Value;

    /// <summary>The kinds of things that it removes from a typed set.</summary>
    public IReadOnlyCollection<string> Cleared => _cleared.Value;

    public IReadOnlyCollection<ApiMeaning> Meanings => _rest.Value.Meanings;

    public bool HasThrow => _rest.Value.HasThrow;

    /// <summary>It calls through an interface that nothing here implements and that the catalogue does not know.</summary>
    public bool HasUnknownCall => _rest.Value.HasUnknownCall;

    /// <summary>It assigns to a field, a property or an element.</summary>
    public bool AssignsState => _rest.Value.AssignsState;

    /// <summary>It hands something to a member of another assembly that the catalogue does not know.</summary>
    public bool HandsOut => _rest.Value.HandsOut;

    /// <summary>The properties that it gives a value of its own, not one computed from what is there.</summary>
    public IReadOnlyCollection<ISymbol> Changed => _rest.Value.Changed;

    /// <summary>All but statements and sets.</summary>
    internal sealed class Rest
    {
        public HashSet<ApiMeaning> Meanings { get; } = [];

        public HashSet<ISymbol> Changed { get; } = new(SymbolEqualityComparer.Default);

        public bool HasThrow { get; set; }

        public bool HasUnknownCall { get; set; }

        public bool AssignsState { get; set; }

        public bool HandsOut { get; set; }
    }
}
