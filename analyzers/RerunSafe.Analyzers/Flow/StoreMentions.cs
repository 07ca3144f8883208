using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Finds, in the text of one tree, calls that may add something to a store: an appending method's name behind a dot, and before it
/// a name that says so, or that of a field, property or constructor's parameter whose type's name does.
/// </summary>
internal sealed class StoreMentions
{
    private readonly SketchNames _names;
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);

    public StoreMentions(SketchNames names) => _names = names;

    /// <summary>Takes in the members of a type that hold stores.</summary>
    public void AddFields(TypeDeclarationSyntax type)
    {
        foreach (var parameter in type.ParameterList?.Parameters ?? default)
            Add(parameter.Type, parameter.Identifier.ValueText);
        foreach (var member in type.Members)
        {
            if (member is PropertyDeclarationSyntax property)
                Add(property.Type, property.Identifier.ValueText);
            else if (member is FieldDeclarationSyntax field)
            {
                foreach (var variable in field.Declaration.Variables)
                    Add(field.Declaration.Type, variable.Identifier.ValueText);
            }
        }
    }

    /// <summary>The word at this place is the name of a method that adds something to what is before its dot, and that may be a store.</summary>
    public bool IsFilledAt(string text, int start, int end)
    {
        if (text[start] is not ('A' or 'I' or 'C' or 'B') || start == 0 || text[start - 1] != '.' || end >= text.Length || text[end] is not ('(' or '<'))
            return false;
        var owner = OwnerBefore(text, start - 1, out var dot);
        if (owner.Length == 0 || !(IsStore(owner) || (dot > 0 && IsStore(OwnerBefore(text, dot, out _)))))
            return false;
        return _names.MayAppend(text.Substring(start, end - start));
    }

    private bool IsStore(string owner) => _members.Contains(owner) || (owner.Length > 0 && _names.MayStore(owner));

    private void Add(TypeSyntax? type, string name)
    {
        if (type is NullableTypeSyntax nullable)
            type = nullable.ElementType;
        if (type is NameSyntax named && _names.MayStore(RootSyntax.Simple(named)))
            _members.Add(name);
    }

    // unit.Orders.Add: Orders, and where its own dot is. A line break or a mark of null may stand between.
    private static string OwnerBefore(string text, int dot, out int previousDot)
    {
        var end = dot;
        while (end > 0 && (char.IsWhiteSpace(text[end - 1]) || text[end - 1] is '?' or '!'))
            end--;
        var start = end;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '_'))
            start--;
        previousDot = start > 0 && text[start - 1] == '.' ? start - 1 : 0;
        return text.Substring(start, end - start);
    }
}
