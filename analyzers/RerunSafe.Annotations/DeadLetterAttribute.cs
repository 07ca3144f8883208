using System;
using System.Diagnostics;

namespace RerunSafe;

/// <summary>
/// Marks a member that sets a record aside with its evidence (the original payload, the reason, the place in the source),
/// so that somebody can look at it and replay it. A catch block that calls it loses no record.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
[Conditional(Annotations.Symbol)]
public sealed class DeadLetterAttribute : Attribute
{
}
