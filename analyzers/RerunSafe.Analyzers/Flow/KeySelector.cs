using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>The lambda that gives records their key: x => x.Id, x => new { x.Id, x.Day }.</summary>
internal sealed class KeySelector
{
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private readonly ITypeSymbol? _record;

    private KeySelector(ITypeSymbol? record) => _record = record;

    /// <summary>The record itself is the key, or a text made of all of it.</summary>
    public bool IsWholeRecord { get; private set; }

    public static KeySelector? Of(IInvocationOperation call, string parameter)
    {
        if (Operations.ArgumentNamed(call, parameter) is not { } argument
            || argument.DescendantsAndSelf().OfType<IAnonymousFunctionOperation>().FirstOrDefault() is not { Symbol.Parameters: [var record] } lambda)
            return null;
        var key = new KeySelector(record.Type);
        foreach (var operation in lambda.Body.Descendants())
        {
            if (operation is not IParameterReferenceOperation { Parameter: var used } reference || !Operations.SameSymbol(used, record))
                continue;
            if (reference.Parent is IMemberReferenceOperation member)
                key._members.Add(member.Member.Name);
            else
                key.IsWholeRecord = true;
        }

        key.IsWholeRecord |= key.HoldsAll();
        return key;
    }

    /// <summary>The records are told apart by what names them: two with the same key are the same row.</summary>
    public bool IsIdentity => _members.Any(m => m is "Id" or "ID" or "Key" or "Guid" || (_record is not null && m == _record.Name + "Id"));

    /// <summary>Records of one identity may still differ: they say when they were touched, or which version they are.</summary>
    public bool HasVersions(NameCatalog names) =>
        _record is not null && _record.GetMembers().Any(m => m is IPropertySymbol && !_members.Contains(m.Name) && names.IsAny(m.Name, NameMeaning.AuditTime, NameMeaning.Version));

    public bool Holds(string member) => _members.Contains(member);

    private bool HoldsAll()
    {
        var properties = _record?.GetMembers().OfType<IPropertySymbol>().Where(p => !p.IsStatic && !p.IsIndexer && p.DeclaredAccessibility == Accessibility.Public && p.Name != "EqualityContract").ToList();
        return properties is { Count: > 0 } && properties.All(p => _members.Contains(p.Name));
    }
}
