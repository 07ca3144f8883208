using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Calls that put a record among the dead letters, told by what the catalogue, an attribute or unmistakable names say.</summary>
internal static class DeadLetterCalls
{
    /// <summary>The call writes a dead letter: one of the catalogue, one that is marked, or one whose name says that it keeps or passes on what it is handed, at a place for them.</summary>
    public static bool Writes(IInvocationOperation call, Engine engine)
    {
        var method = call.TargetMethod;
        if (FailureHandling.IsTalk(method, engine) || !call.Arguments.Any(a => a.ArgumentKind == ArgumentKind.Explicit && a.Parameter?.Type.Name != "CancellationToken"))
            return false;
        if (Annotations.IsDeadLetter(method) || engine.Catalog.Means(method, ApiMeaning.DeadLetter))
            return true;
        var names = engine.Catalog.Names;
        var keeps = names.IsAny(method.Name, NameMeaning.SaveMember, NameMeaning.DispatchMember) || names.IsAny(method.Name, NameMeaning.AppendMember, NameMeaning.ForwardMember)
            || engine.Catalog.Means(method, ApiMeaning.Effect);
        return keeps && !names.Is(method.Name, NameMeaning.HandlerMember) && Names(call, names);
    }

    /// <summary>A member's name or its type's says that it writes dead letters: WriteDeadLetterAsync(…), DeadLetterHandler.HandleException(…).</summary>
    public static bool IsMadeFor(IMethodSymbol method, NameCatalog names) =>
        names.Is(method.Name, NameMeaning.DeadLetterSink) || names.Is(method.ContainingType?.Name, NameMeaning.DeadLetterSink);

    /// <summary>The member, its type, what it is called on or a name that it is handed says that dead letters go there.</summary>
    public static bool Names(IInvocationOperation call, NameCatalog names)
    {
        var method = call.TargetMethod;
        if (Annotations.IsDeadLetter(method) || IsSink(method.Name) || IsSink(method.ContainingType?.Name) || (call.Instance is { } receiver && IsSink(BodyIndex.SymbolOf(receiver)?.Name)))
            return true;
        foreach (var argument in call.Arguments)
        {
            var value = Operations.Unwrap(argument.Value);
            if (argument.ArgumentKind == ArgumentKind.Explicit && (IsSink(BodyIndex.SymbolOf(value)?.Name) || (value.ConstantValue is { HasValue: true, Value: string text } && IsSink(text))))
                return true;
        }

        return false;

        bool IsSink(string? name) => names.Is(name, NameMeaning.DeadLetterSink);
    }
}
