using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Names of objects that attributes of an entry point give to its outputs: [BlobOutput("orders/{rand-guid}.json")]. The host
/// draws the value anew for each call.
/// </summary>
internal static class OutputNames
{
    private static readonly string[] Drawn = ["{rand-guid", "{sys.randguid", "{datetime}", "{sys.utcnow}"];

    /// <summary>The text of an attribute may draw a name.</summary>
    public static bool MayDraw(string text, int start, int length)
    {
        foreach (var word in Drawn)
        {
            if (text.IndexOf(word, start, length, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>The attributes that draw a name, and what they draw: on the method, its parameters and what it returns.</summary>
    public static IEnumerable<(AttributeData Attribute, string Drawn)> Of(IMethodSymbol method, Engine engine)
    {
        var attributes = method.GetAttributes().Concat(method.GetReturnTypeAttributes()).Concat(method.Parameters.SelectMany(p => p.GetAttributes()));
        if (ResultOf(method) is { } result)
            attributes = attributes.Concat(result.GetMembers().OfType<IPropertySymbol>().SelectMany(p => p.GetAttributes()));
        foreach (var attribute in attributes)
        {
            if (attribute.AttributeConstructor is { } constructor && engine.Catalog.Find(constructor, ApiMeaning.NamesObject) is { } entry
                && NameIn(attribute, constructor, entry) is { } name && Drawn.FirstOrDefault(word => MayDraw(name, word)) is { } word)
                yield return (attribute, word.TrimEnd('}') + "}");
        }
    }

    private static bool MayDraw(string name, string word) => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0;

    private static string? NameIn(AttributeData attribute, IMethodSymbol constructor, ApiEntry entry)
    {
        for (var i = 0; i < constructor.Parameters.Length && i < attribute.ConstructorArguments.Length; i++)
        {
            if (constructor.Parameters[i].Name == entry.Argument && attribute.ConstructorArguments[i] is { Kind: TypedConstantKind.Primitive, Value: string name })
                return name;
        }

        return null;
    }

    // The class that bundles several outputs.
    private static INamedTypeSymbol? ResultOf(IMethodSymbol method)
    {
        var type = method.ReturnType;
        if (type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [var result] })
            type = result;
        return type is INamedTypeSymbol { TypeKind: TypeKind.Class, SpecialType: SpecialType.None } named && !Operations.IsInSystem(named) ? named : null;
    }
}
