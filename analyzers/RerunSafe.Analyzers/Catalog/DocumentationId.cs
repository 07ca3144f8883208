using System.Text;
using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// Compares symbols with documentation-comment IDs whose parameter list may be left out. Roslyn's own
/// DocumentationCommentId would make a string of each symbol and knows no "every overload".
/// </summary>
internal static class DocumentationId
{
    /// <summary>The simple name that an ID ends in; for a constructor and a type the type's name.</summary>
    public static string MemberName(string id)
    {
        // Asked for every entry when the catalogue is built: one substring each.
        var end = id.IndexOf('(');
        if (end < 0)
            end = id.Length;
        var dot = id.LastIndexOf('.', end - 1);
        if (string.CompareOrdinal(id, dot + 1, "#ctor", 0, 5) == 0)
        {
            end = dot;
            dot = id.LastIndexOf('.', end - 1);
        }

        var start = dot >= 0 ? dot + 1 : id.IndexOf(':') + 1;
        var tick = id.IndexOf('`', start, end - start);
        return id.Substring(start, (tick < 0 ? end : tick) - start);
    }

    /// <summary>The type of an ID, or of the member that an ID names, without its kind: "Dapper.SqlMapper".</summary>
    public static string TypePart(string id) => Split(id).Type;

    public static string SimpleName(ISymbol symbol) =>
        symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? symbol.ContainingType.Name : MemberName(symbol);

    // C# calls every indexer this[]; an ID has the name that its assembly has: Item.
    private static string MemberName(ISymbol symbol) => symbol is IPropertySymbol { IsIndexer: true } ? symbol.MetadataName : symbol.Name;

    /// <summary>Namespace and nesting joined by dots, arity behind a back-tick: "Confluent.Kafka.IConsumer`2".</summary>
    public static string TypeName(ITypeSymbol type)
    {
        var text = new StringBuilder();
        AppendTypeName(text, type);
        return text.ToString();
    }

    /// <summary>Whether the ID names exactly this symbol.</summary>
    public static bool Matches(string id, ISymbol symbol)
    {
        if (id.IndexOf('(') >= 0)
            return string.Equals(symbol.GetDocumentationCommentId(), id, StringComparison.Ordinal);
        var (typeName, member) = Split(id);
        if (symbol is ITypeSymbol type)
            return member is null && IsType(type, typeName);
        if (member is null || symbol.ContainingType is not { } container)
            return false;
        var name = symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? "#ctor" : MemberName(symbol);
        return string.Equals(name, WithoutArity(member), StringComparison.Ordinal) && IsType(container, typeName);
    }

    /// <summary>Whether the ID names this symbol, a member that it overrides, or an interface member that it implements.</summary>
    public static bool Covers(string id, ISymbol symbol)
    {
        if (Matches(id, symbol))
            return true;
        if (symbol is IMethodSymbol { MethodKind: MethodKind.Constructor })
            return DerivesFrom(id, symbol.ContainingType.BaseType);
        for (var overridden = Overridden(symbol); overridden is not null; overridden = Overridden(overridden))
        {
            if (Matches(id, overridden.OriginalDefinition))
                return true;
        }

        if (symbol.IsStatic || symbol.ContainingType is not { } type)
            return false;
        foreach (var candidate in type.AllInterfaces)
        {
            foreach (var member in candidate.OriginalDefinition.GetMembers(symbol.Name))
            {
                if (Matches(id, member) && Implements(type, candidate, member, symbol))
                    return true;
            }
        }

        return false;
    }

    /// <summary>"*Consumer.Consume": a method of that name in a type whose name fits the pattern with one '*' at its start or end.</summary>
    public static bool FitsConvention(string pattern, IMethodSymbol method)
    {
        var dot = pattern.LastIndexOf('.');
        if (dot < 0 || pattern.Substring(dot + 1) != method.Name)
            return false;
        var type = pattern.Substring(0, dot);
        var name = method.ContainingType.Name;
        if (type.StartsWith("*", StringComparison.Ordinal))
            return name.EndsWith(type.Substring(1), StringComparison.Ordinal);
        return type.EndsWith("*", StringComparison.Ordinal)
            ? name.StartsWith(type.Substring(0, type.Length - 1), StringComparison.Ordinal)
            : name == type;
    }

    private static bool DerivesFrom(string id, INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            foreach (var constructor in type.OriginalDefinition.InstanceConstructors)
            {
                if (Matches(id, constructor))
                    return true;
            }
        }

        return false;
    }

    private static bool Implements(INamedTypeSymbol type, INamedTypeSymbol constructed, ISymbol definition, ISymbol symbol)
    {
        foreach (var member in constructed.GetMembers(definition.Name))
        {
            if (SymbolEqualityComparer.Default.Equals(member.OriginalDefinition, definition)
                && type.FindImplementationForInterfaceMember(member) is { } implementation && Realises(symbol, implementation))
                return true;
        }

        return false;
    }

    // The implementation itself, or what overrides that of a base.
    private static bool Realises(ISymbol symbol, ISymbol implementation)
    {
        for (var candidate = symbol; candidate is not null; candidate = Overridden(candidate))
        {
            if (SymbolEqualityComparer.Default.Equals(implementation.OriginalDefinition, candidate.OriginalDefinition))
                return true;
        }

        return false;
    }

    public static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        IEventSymbol @event => @event.OverriddenEvent,
        _ => null,
    };

    // "M:Ns.Type`1.Member" -> ("Ns.Type`1", "Member"); "T:Ns.Type" -> ("Ns.Type", null).
    private static (string Type, string? Member) Split(string id)
    {
        var end = id.IndexOf('(');
        if (end < 0)
            end = id.Length;
        var start = id.Length > 1 && id[1] == ':' ? 2 : 0;
        if (id.StartsWith("T:", StringComparison.Ordinal))
            return (id.Substring(start, end - start), null);
        var dot = id.LastIndexOf('.', end - 1);
        return dot < start
            ? (id.Substring(start, end - start), null)
            : (id.Substring(start, dot - start), id.Substring(dot + 1, end - dot - 1));
    }

    public static string WithoutArity(string name)
    {
        var tick = name.IndexOf('`');
        return tick < 0 ? name : name.Substring(0, tick);
    }

    // Compares from the innermost name outwards, without building the symbol's name.
    private static bool IsType(ITypeSymbol type, string id)
    {
        var end = id.Length;
        ISymbol? current = type.OriginalDefinition;
        while (current is not null && !(current is INamespaceSymbol { IsGlobalNamespace: true }))
        {
            var start = id.LastIndexOf('.', end - 1) + 1;
            if (!PartEquals(id, start, end, current))
                return false;
            current = current.ContainingSymbol;
            if (start == 0)
                return current is null or INamespaceSymbol { IsGlobalNamespace: true };
            end = start - 1;
        }

        return false;
    }

    private static bool PartEquals(string id, int start, int end, ISymbol symbol)
    {
        var length = end - start;
        var arity = symbol is INamedTypeSymbol named ? named.Arity : 0;
        if (string.CompareOrdinal(id, start, symbol.Name, 0, symbol.Name.Length) != 0)
            return false;
        if (arity == 0)
            return length == symbol.Name.Length;
        var suffix = "`" + arity;
        return length == symbol.Name.Length + suffix.Length
            && string.CompareOrdinal(id, start + symbol.Name.Length, suffix, 0, suffix.Length) == 0;
    }

    private static void AppendTypeName(StringBuilder text, ITypeSymbol type)
    {
        if (type.ContainingType is { } outer)
        {
            AppendTypeName(text, outer);
            text.Append('.');
        }
        else if (type.ContainingNamespace is { IsGlobalNamespace: false } space)
        {
            text.Append(space.ToDisplayString()).Append('.');
        }

        text.Append(type.Name);
        if (type is INamedTypeSymbol { Arity: > 0 } generic)
            text.Append('`').Append(generic.Arity);
    }
}
