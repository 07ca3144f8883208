using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether a member can be an entry point, by the names it shows: asked before its symbol is.</summary>
internal static class RootSyntax
{
    /// <summary>The names of the catalogue's entry points that the method shows: its own, its attributes' and its type's, its parameters'.</summary>
    public static int[] NamesOf(MethodDeclarationSyntax method, SketchNames names)
    {
        List<int>? found = null;
        Add(method.Identifier.ValueText, names, ref found);
        AddAttributes(method.AttributeLists, names, ref found);
        if (method.Parent is TypeDeclarationSyntax type)
            AddAttributes(type.AttributeLists, names, ref found);
        foreach (var parameter in method.ParameterList.Parameters)
        {
            AddAttributes(parameter.AttributeLists, names, ref found);
            if (parameter.Type is { } parameterType)
                AddType(parameterType, names, ref found);
        }

        return found?.ToArray() ?? [];
    }

    private static void Add(string name, SketchNames names, ref List<int>? found)
    {
        var index = names.IndexOf(name);
        if (index >= 0 && names.RootsOf(index).Length > 0)
            (found ??= []).Add(index);
    }

    private static void AddAttributes(SyntaxList<AttributeListSyntax> lists, SketchNames names, ref List<int>? found)
    {
        foreach (var list in lists)
        {
            foreach (var attribute in list.Attributes)
            {
                var name = Simple(attribute.Name);
                Add(name, names, ref found);
                Add(name + "Attribute", names, ref found);
            }
        }
    }

    private static void AddType(TypeSyntax type, SketchNames names, ref List<int>? found)
    {
        if (type is NullableTypeSyntax nullable)
            AddType(nullable.ElementType, names, ref found);
        else if (type is NameSyntax name)
            Add(Simple(name), names, ref found);
    }

    public static string Simple(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };
}
