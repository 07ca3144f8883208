namespace RerunSafe.Analyzers.Catalog;

/// <summary>The meanings of one name, a bit for each.</summary>
internal readonly struct MeaningSet
{
    private const int Bits = 64;

    private readonly ulong _first;
    private readonly ulong _second;

    private MeaningSet(ulong first, ulong second) => (_first, _second) = (first, second);

    public bool Has(NameMeaning meaning) => ((int)meaning < Bits ? _first >> (int)meaning : _second >> ((int)meaning - Bits)) % 2 != 0;

    public MeaningSet With(NameMeaning meaning) =>
        (int)meaning < Bits ? new(_first | 1UL << (int)meaning, _second) : new(_first, _second | 1UL << ((int)meaning - Bits));
}
