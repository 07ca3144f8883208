using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Calls that put a record among the dead letters, told by what the catalogue, an attribute or unmistakable names say.</summary>
internal static class DeadLetterCalls
{
    /// <summary>The member, its type, what it is called on or a name that it is handed says that dead letters go there.</summary>
    public static bool Names(IInvocationOperation call, NameCatalog names)
    {
        var method = call.TargetMethod;
        if (Annotations.IsDeadLetter(method) || IsSink(method.Name) || IsSink(method.ContainingType?.Name) || (call.Instance is { } receiver && IsSink(BodyIndex.SymbolOf(receiver)?.Name)))
            return true;
        foreach (var argument in call.Arguments)
        {
            var value = Operations.Unwrap(argument.Value);
            if (argument.ArgumentKind == ArgumentKind.Explicit && IsSink(value.ConstantValue is { HasValue: true, Value: string text } ? text : BodyIndex.SymbolOf(value)?.Name))
                return true;
        }

        return false;

        bool IsSink(string? name) => names.Is(name, NameMeaning.DeadLetterSink);
    }
}
