using System.IO.Hashing;
using System.Text;

namespace RerunSafe.TestKit.Workloads;

/// <summary>
/// Counter-based random numbers: each one is a pure function of (seed, stream, purpose, record, number), so that no
/// draw can shift another. Key = XxHash3 of "stream NUL purpose", mixed with the mixed seed; value = SplitMix64's finalizer
/// (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) applied once per counter.
/// The seed does not go in as XxHash3's own seed: on short texts that is merely added to the text, so that seed 2 of
/// one purpose equals seed 1 of another.
/// Golden-tested: a change here changes every workload that users have pinned.
/// </summary>
internal readonly struct Draw
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly ulong _key;

    private Draw(ulong key) => _key = key;

    public static Draw For(long seed, string stream, string purpose) =>
        new(Mix(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(stream + "\0" + purpose)) ^ Mix(unchecked((ulong)seed + Golden))));

    /// <summary>64 random bits for a record.</summary>
    public ulong Bits(long record, int number = 0)
    {
        unchecked
        {
            var perRecord = Mix(_key + Golden * ((ulong)record + 1));
            return Mix(perRecord + Golden * ((ulong)number + 1));
        }
    }

    /// <summary>A number from 0 (inclusive) to 1 (exclusive) with 53 random bits.</summary>
    public double Unit(long record, int number = 0) => (Bits(record, number) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 (inclusive) to <paramref name="below"/> (exclusive).</summary>
    public int Below(int below, long record, int number = 0) => (int)Math.BigMul(Bits(record, number), (ulong)below, out _);

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
