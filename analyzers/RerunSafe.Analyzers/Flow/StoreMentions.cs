using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Finds, in the text of one tree, calls that may change a store, or something outside, in another project: the method's name behind
/// a dot, and before it a name that says so, or that of a field, property or constructor's parameter whose type's name does.
/// </summary>
internal sealed class StoreMentions
{
    // How the methods begin that append, clear, count up, send or create: most calls are told from them by their first letter.
    private const string Initials = "ABCDEIMPRST";

    private readonly SketchNames _names;
    private readonly HashSet<string> _stores = new(StringComparer.Ordinal);
    private readonly HashSet<string> _clients = new(StringComparer.Ordinal);

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

    /// <summary>What the word at this place does, as the name of a method, to what is before its dot.</summary>
    public SketchTraits TraitsAt(string text, int start, int end)
    {
        if (Initials.IndexOf(text[start]) < 0 || start == 0 || text[start - 1] != '.' || end >= text.Length || text[end] is not ('(' or '<'))
            return SketchTraits.None;
        var owner = OwnerBefore(text, start - 1, out var dot);
        if (owner.Length == 0)
            return SketchTraits.None;
        if (IsStore(owner) || (dot > 0 && IsStore(OwnerBefore(text, dot, out _))))
            return _names.StoreTraitsOf(text.Substring(start, end - start));
        return (_clients.Contains(owner) || _names.MayBeClient(owner)) && _names.MayAffect(text.Substring(start, end - start)) ? SketchTraits.Writes : SketchTraits.None;
    }

    private bool IsStore(string owner) => _stores.Contains(owner) || (owner.Length > 0 && _names.MayStore(owner));

    private void Add(TypeSyntax? type, string name)
    {
        if (type is NullableTypeSyntax nullable)
            type = nullable.ElementType;
        if (type is not NameSyntax named)
            return;
        var kind = RootSyntax.Simple(named);
        if (_names.MayStore(kind))
            _stores.Add(name);
        else if (_names.MayBeClient(kind))
            _clients.Add(name);
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
