using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Entry points by convention: OrderPlacedHandler.Handle(OrderPlacedEvent). In a solution of several projects the one that
/// holds the handlers seldom references the broker; who calls them is out of sight, what they are called with is not. An interface
/// of the project's own may say it as well: OrderHandler : IMessageHandler&lt;OrderPlaced&gt;. So may a base class that a shared project
/// keeps around its broker: OrderConsumer : Consumer&lt;OrderMessage&gt;, which overrides ProcessMessage(header, message).
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

    /// <summary>The same where a base class of the project's own calls it: whether it settles the message behind it, or the handler does, is said there.</summary>
    public static RootEntry OverrideEntry { get; } = Entry with { Id = "*Consumer.Process(*Message)", OnReturn = Outcome.Unknown };

    /// <summary>A handler that is given to a bus or an aggregator of the project's own: events.Subscribe&lt;OrderPlaced&gt;(OnPlaced), client.MessageReceived += OnMessage.</summary>
    public static RootEntry Subscribed { get; } = Entry with { Id = "*.Subscribe(*Handler)", RunsAgain = "is called again" };

    /// <summary>Whether only names say that it is an entry point.</summary>
    public static bool IsKnownByNames(RootEntry entry) => entry == Entry || entry == OverrideEntry || entry == Subscribed;

    /// <summary>Whether a delegate that a member of such a name is handed takes a message.</summary>
    public static bool TakesMessage(IMethodSymbol handler, NameCatalog names)
    {
        foreach (var parameter in handler.Parameters)
        {
            if (parameter.Type is { SpecialType: SpecialType.None, TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface } message && !IsInProcess(message, names)
                && (names.Is(message.Name, NameMeaning.MessageType) || (message.Name != nameof(EventArgs) && message.Name.EndsWith(nameof(EventArgs), StringComparison.Ordinal))))
                return true;
        }

        return false;
    }

    /// <summary>Whether a method's declaration shows a handler's name, a handling type and a message: asked before its symbol is.</summary>
    public static bool MayBe(MethodDeclarationSyntax method, SketchNames names) =>
        method.ParameterList.Parameters is [{ Type: { } type }, ..] parameters && method.Parent is TypeDeclarationSyntax holder
        && names.MayHandle(method.Identifier.ValueText)
        && ((NameOf(type) is { } message && ((names.MayBeMessage(message) && names.MayHandleMessages(holder.Identifier.ValueText)) || HasHandlerInterface(holder, names)))
            || (method.Modifiers.Any(SyntaxKind.OverrideKeyword) && holder.BaseList is not null && parameters.Any(p => p.Type is { } other && NameOf(other) is { } name && names.MayBeMessage(name))));

    // class OrderHandler : IMessageHandler<OrderPlaced>
    private static bool HasHandlerInterface(TypeDeclarationSyntax holder, SketchNames names)
    {
        foreach (var type in holder.BaseList?.Types ?? default)
        {
            if ((type.Type is QualifiedNameSyntax qualified ? qualified.Right : type.Type) is GenericNameSyntax { Identifier.ValueText: var name } && names.MayBeMessage(name) && names.MayHandleMessages(name))
                return true;
        }

        return false;
    }

    /// <summary>The convention's entry where the method keeps it and nothing says that the call comes from within the process.</summary>
    public static RootEntry? Find(IMethodSymbol method, NameCatalog names)
    {
        if (OverridesHandler(method, names))
            return OverrideEntry;
        if (method is not { MethodKind: MethodKind.Ordinary, IsAbstract: false, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal, Parameters: [{ Type: { } message }, ..] }
            || !names.Is(method.Name, NameMeaning.HandlerMember)
            || !((names.Is(message.Name, NameMeaning.MessageType) && names.Is(method.ContainingType.Name, NameMeaning.HandlerType)) || IsAskedForByHandler(method, message, names)))
            return null;

        // DeadLetterHandler.HandleException(message, e) is called where the message has failed.
        return IsInProcess(message, names) || IsInProcess(method.ContainingType, names) || names.Is(method.ContainingType.Name, NameMeaning.DeadLetterSink) ? null : Entry;
    }

    // class OrderConsumer : Consumer<OrderMessage> { protected override void ProcessMessage(Header header, OrderMessage message) }
    private static bool OverridesHandler(IMethodSymbol method, NameCatalog names) =>
        method is { MethodKind: MethodKind.Ordinary, IsOverride: true, IsAbstract: false, ContainingType: { BaseType: { } holder } type }
        && names.Is(method.Name, NameMeaning.HandlerMember) && !IsInProcess(type, names)
        && method.Parameters.Any(parameter => names.Is(parameter.Type.Name, NameMeaning.MessageType) && !IsInProcess(parameter.Type, names) && IsHandlerOf(holder, parameter.Type, names));

    private static bool IsHandlerOf(INamedTypeSymbol holder, ITypeSymbol message, NameCatalog names)
    {
        for (var type = holder; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            if (type.IsGenericType && names.Is(type.Name, NameMeaning.HandlerType) && type.TypeArguments.Any(argument => Operations.SameSymbol(argument, message)))
                return true;
        }

        return false;
    }

    // IMessageHandler<OrderPlaced> of the project's own: its name says that the argument is a message, whatever that is called.
    private static bool IsAskedForByHandler(IMethodSymbol method, ITypeSymbol message, NameCatalog names) =>
        message.SpecialType == SpecialType.None && method.ContainingType.AllInterfaces.Any(i => names.Is(i.Name, NameMeaning.MessageType) && names.Is(i.Name, NameMeaning.HandlerType)
            && i.TypeArguments.Any(argument => Operations.SameSymbol(argument, message)) && i.GetMembers(method.Name).Length > 0);

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
