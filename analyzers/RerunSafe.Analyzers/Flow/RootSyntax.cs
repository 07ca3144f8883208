using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether a member can be an entry point, by the names it shows: asked before its symbol is.</summary>
internal static class RootSyntax
{
    public static bool MayBeRoot(SyntaxNode declaration, string name, ApiCatalog catalog)
    {
        if (declaration is not MethodDeclarationSyntax method)
            return false;
        if (catalog.RootsWithName(name).Count > 0
            || Names(method.AttributeLists, catalog)
            || (method.Parent is TypeDeclarationSyntax type && Names(type.AttributeLists, catalog)))
            return true;
        foreach (var parameter in method.ParameterList.Parameters)
        {
            if (Names(parameter.AttributeLists, catalog) || (parameter.Type is { } parameterType && Knows(parameterType, catalog)))
                return true;
        }

        return false;
    }

    private static bool Names(IEnumerable<AttributeListSyntax> lists, ApiCatalog catalog)
    {
        foreach (var list in lists)
        {
            foreach (var attribute in list.Attributes)
            {
                var name = Simple(attribute.Name);
                if (catalog.RootsWithName(name).Count > 0 || catalog.RootsWithName(name + "Attribute").Count > 0)
                    return true;
            }
        }

        return false;
    }

    private static bool Knows(TypeSyntax type, ApiCatalog catalog) => type switch
    {
        NullableTypeSyntax nullable => Knows(nullable.ElementType, catalog),
        NameSyntax name => catalog.RootsWithName(Simple(name)).Count > 0,
        _ => false,
    };

    private static string Simple(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };
}
