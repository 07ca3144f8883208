using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// What users state about their own members by attributes. They are matched by full name, so that a project may declare
/// them itself instead of taking the package RerunSafe.Annotations.
/// </summary>
internal static class Annotations
{
    private const string Namespace = "RerunSafe";

    /// <summary>[Idempotent]: calling the member again changes nothing.</summary>
    public static bool IsIdempotent(ISymbol symbol) => States(symbol, "IdempotentAttribute");

    /// <summary>[DeadLetter]: the member sets a record aside with its evidence.</summary>
    public static bool IsDeadLetter(ISymbol symbol) => States(symbol, "DeadLetterAttribute");

    /// <summary>[AtMostOnce]: losing a record here is accepted.</summary>
    public static bool IsAtMostOnce(ISymbol symbol) => States(symbol, "AtMostOnceAttribute");

    // On the member, on what it overrides or implements, or on a type around it.
    private static bool States(ISymbol symbol, string attribute)
    {
        if (symbol is IMethodSymbol { ReducedFrom: { } reduced })
            symbol = reduced;
        symbol = symbol is IMethodSymbol { AssociatedSymbol: { } owner } ? owner.OriginalDefinition : symbol.OriginalDefinition;
        for (ISymbol? current = symbol; current is not null; current = DocumentationId.Overridden(current))
        {
            if (Carries(current, attribute))
                return true;
        }

        for (var type = symbol as INamedTypeSymbol ?? symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            if (Carries(type, attribute) || ImplementsStated(type, symbol, attribute))
                return true;
        }

        return false;
    }

    private static bool ImplementsStated(INamedTypeSymbol type, ISymbol symbol, string attribute)
    {
        if (symbol.IsStatic || symbol is INamedTypeSymbol)
            return false;
        foreach (var candidate in type.AllInterfaces)
        {
            foreach (var member in candidate.GetMembers(symbol.Name))
            {
                if ((Carries(member, attribute) || Carries(candidate, attribute))
                    && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member)?.OriginalDefinition, symbol))
                    return true;
            }
        }

        return false;
    }

    private static bool Carries(ISymbol symbol, string attribute)
    {
        foreach (var data in symbol.GetAttributes())
        {
            if (data.AttributeClass is { ContainingNamespace: { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true } } type && type.Name == attribute)
                return true;
        }

        return false;
    }
}
