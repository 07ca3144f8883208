using System.Runtime.CompilerServices;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Statements and operations are compared by identity: two equal texts are two writes.</summary>
internal sealed class ReferenceComparer : IEqualityComparer<object>
{
    public static ReferenceComparer Instance { get; } = new();

    bool IEqualityComparer<object>.Equals(object? x, object? y) => ReferenceEquals(x, y);

    public int GetHashCode(object value) => RuntimeHelpers.GetHashCode(value);
}
