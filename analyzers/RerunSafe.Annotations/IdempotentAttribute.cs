using System;
using System.Diagnostics;

namespace RerunSafe;

/// <summary>
/// States that calling this member again with the same arguments leaves the same state as calling it once: it upserts,
/// it checks a key first, or the system behind it removes duplicates. The analyzers report no write inside it and none
/// of its calls. On a type it holds for all members of the type.
/// </summary>
/// <remarks>
/// The analyzers take the statement as given; a rerun test proves it. State the reason in <see cref="Reason"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
[Conditional(Annotations.Symbol)]
public sealed class IdempotentAttribute : Attribute
{
    /// <summary>Makes the statement without a reason.</summary>
    public IdempotentAttribute()
    {
    }

    /// <summary>Makes the statement with its reason.</summary>
    /// <param name="reason">Why a second call changes nothing, for the reader of the code.</param>
    public IdempotentAttribute(string reason) => Reason = reason;

    /// <summary>Why a second call changes nothing; null where it is not given.</summary>
    public string? Reason { get; }
}
