using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The attributes with which users say what their own members mean. They are matched by full name, so that a project
/// may declare them itself instead of taking the package.
/// </summary>
internal static class Annotations
{
    /// <summary>Everything below this member converges; no rule looks into it.</summary>
    public static bool IsIdempotent(IMethodSymbol method) => Has(method, "IdempotentAttribute");

    /// <summary>The member takes dead letters.</summary>
    public static bool IsDeadLetter(IMethodSymbol method) => Has(method, "DeadLetterAttribute");

    /// <summary>Losing a record is the contract of this member.</summary>
    public static bool IsAtMostOnce(IMethodSymbol method) => Has(method, "AtMostOnceAttribute");

    private static bool Has(IMethodSymbol method, string attribute) =>
        Carries(method, attribute) || (method.ContainingType is { } type && Carries(type, attribute));

    private static bool Carries(ISymbol symbol, string attribute)
    {
        foreach (var data in symbol.GetAttributes())
        {
            if (data.AttributeClass is { ContainingNamespace: { Name: "RerunSafe", ContainingNamespace.IsGlobalNamespace: true } } type && type.Name == attribute)
                return true;
        }

        return false;
    }
}
