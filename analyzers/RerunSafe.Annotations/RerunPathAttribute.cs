using System;
using System.Diagnostics;

namespace RerunSafe;

/// <summary>
/// Marks an entry point whose work is run again for the same input: a job that its own scheduler restarts, a handler of
/// an in-house bus. On a type it marks every method of the type. The analyzers then look at everything that the entry
/// point reaches, as they do for the frameworks that they know.
/// </summary>
/// <remarks>Overrides and derived types do not inherit it: mark them too.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
[Conditional(Annotations.Symbol)]
public sealed class RerunPathAttribute : Attribute
{
}
