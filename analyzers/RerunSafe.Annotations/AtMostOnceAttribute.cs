using System;
using System.Diagnostics;

namespace RerunSafe;

/// <summary>
/// States that losing a record here is accepted, and doing its work twice is not: metrics, notifications, samples. The
/// analyzers then do not ask for a dead letter, nor for settling after the work.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
[Conditional(Annotations.Symbol)]
public sealed class AtMostOnceAttribute : Attribute
{
    /// <summary>Makes the statement without a reason.</summary>
    public AtMostOnceAttribute()
    {
    }

    /// <summary>Makes the statement with its reason.</summary>
    /// <param name="reason">Why a lost record is acceptable, for the reader of the code.</param>
    public AtMostOnceAttribute(string reason) => Reason = reason;

    /// <summary>Why a lost record is acceptable; null where it is not given.</summary>
    public string? Reason { get; }
}
