using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Entry points by convention: OrderPlacedHandler.Handle(OrderPlacedEvent). In a solution of several projects the one that
/// holds the handlers seldom references the broker; who calls them is out of sight, what they are called with is not.
/// </summary>
internal static class HandlerConvention
{
    public static RootEntry Entry { get; } = new()
    {
        Id = "*Handler.Handle(*Event)",
        Kind = RootKind.Name,
        RunsAgain = "is redelivered",
        PerRecord = true,
        OnReturn = Outcome.Settled,
        OnThrow = Outcome.Unknown,
        Library = "naming convention",
    };

    /// <summary>Whether a method's declaration shows a handler's name, a handling type and a message: asked before its symbol is.</summary>
    public static bool MayBe(MethodDeclarationSyntax method, SketchNames names) =>
        method.ParameterList.Parameters is [{ Type: { } type }, ..] && method.Parent is TypeDeclarationSyntax holder
        && names.MayHandle(method.Identifier.ValueText) && NameOf(type) is { } message && names.MayBeMessage(message) && names.MayHandleMessages(holder.Identifier.ValueText);

    /// <summary>The convention's entry where the method keeps it and nothing says that the call comes from within the process.</summary>
    public static RootEntry? Find(IMethodSymbol method, NameCatalog names)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, IsAbstract: false, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal, Parameters: [{ Type: { } message }, ..] }
            || !names.Is(method.Name, NameMeaning.HandlerMember) || !names.Is(message.Name, NameMeaning.MessageType) || !names.Is(method.ContainingType.Name, NameMeaning.HandlerType))
            return null;
        return IsInProcess(message, names) || IsInProcess(method.ContainingType, names) ? null : Entry;
    }

    // INotificationHandler<T>, IDomainEvent: handed over by an object in memory, within one request or transaction.
    private static bool IsInProcess(ITypeSymbol type, NameCatalog names) =>
        names.Is(type.Name, NameMeaning.InProcessMessage) || type.AllInterfaces.Any(i => names.Is(i.Name, NameMeaning.InProcessMessage));

    private static string? NameOf(TypeSyntax type) => type switch
    {
        NullableTypeSyntax nullable => NameOf(nullable.ElementType),
        NameSyntax name => RootSyntax.Simple(name),
        _ => null,
    };
}
