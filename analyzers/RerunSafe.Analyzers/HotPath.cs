using System.Runtime.CompilerServices;

namespace RerunSafe.Analyzers;

/// <summary>
/// Marks a method that runs for each word or character of a compilation. In a compiler process that has just begun, the runtime
/// is too busy with methods it sees for the first time to compile such a one again, and runs its slow first version to the end.
/// </summary>
internal static class HotPath
{
    /// <summary>MethodImplOptions.AggressiveOptimization, which .NET Standard 2.0 has no name for; a runtime that does not know it ignores it.</summary>
    public const MethodImplOptions CompileOnce = (MethodImplOptions)512;
}
