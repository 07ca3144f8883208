using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What attributes are given. Asking an array (or code that does not compile yet) for its one value throws, so nobody does it directly.</summary>
internal static class AttributeValues
{
    /// <summary>The value; null for null, for an array and for what does not compile.</summary>
    public static object? Of(TypedConstant constant) =>
        constant.Kind is TypedConstantKind.Array or TypedConstantKind.Error ? null : constant.Value;

    /// <summary>The positional values in order, those of arrays (<c>params</c>) one by one.</summary>
    public static IEnumerable<object?> PositionalOf(AttributeData attribute)
    {
        foreach (var constant in attribute.ConstructorArguments)
        {
            if (constant.Kind != TypedConstantKind.Array)
            {
                yield return Of(constant);
                continue;
            }

            if (constant.IsNull)
                continue;
            foreach (var element in constant.Values)
                yield return Of(element);
        }
    }
}
