namespace RerunSafe.TestKit.Workloads;

/// <summary>
/// Positions that no fault can shift. Each record owns a block of 100: its original stands at 100 × index, records that
/// arrive late into the block take the places 1 to 9, copies of earlier records 10 to 89. The distance of a copy is a
/// function of its place, so that a place has one possible tenant. Positions therefore have gaps, as in a compacted topic.
/// </summary>
internal static class Places
{
    public const int Block = 100;
    public const int LatePlaces = 8;
    private const int FirstCopyPlace = 10;
    private const int CopyPlaces = 80;

    public static long Original(int record) => (long)record * Block;

    public static long Late(long block, int place) => block * Block + 1 + place;

    /// <summary>The position of a copy, 1 to <paramref name="within"/> records after its original.</summary>
    public static long Copy(int record, int within, Draw draw)
    {
        var place = draw.Below(Math.Min(within, CopyPlaces), record, 1);
        var distance = within <= CopyPlaces ? 1 + place : 1 + (int)((long)place * (within - 1) / (CopyPlaces - 1));
        return ((long)record + distance) * Block + FirstCopyPlace + place;
    }
}
