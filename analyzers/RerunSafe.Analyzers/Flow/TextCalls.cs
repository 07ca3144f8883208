using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>The texts that string.Format, Concat, Join and their kin on StringBuilder make.</summary>
internal readonly struct TextCalls(TextResolver texts, IBodies bodies)
{
    private readonly TextResolver _texts = texts;
    private readonly IBodies _bodies = bodies;

    /// <summary>What a method of string returns; null where nothing is known of it.</summary>
    public ImmutableArray<ResolvedText>? OnString(IInvocationOperation invocation, int depth)
    {
        switch (invocation.TargetMethod.Name)
        {
            case "Concat" when PartsOf(invocation, skip: 0) is { } parts:
                return _texts.Join(invocation, parts, depth);
            case "Join":
                return Joined(invocation, depth);
            case "Format":
                return Formatted(invocation, depth);
            case "Trim" or "TrimEnd" or "TrimStart" or "ToString" or "Normalize" or "ReplaceLineEndings" when invocation.Instance is { } text:
                return _texts.Resolve(text, depth + 1);
            case "Replace" when invocation.Instance is { } text && invocation.Arguments.Length >= 2:
                return _texts.Resolve(text, depth + 1).Select(r => Replaced(r, invocation)).ToImmutableArray();
            default:
                return null;
        }
    }

    /// <summary>"{0}" becomes what fills it, or a hole; the map back into the literal stays good because the runs are cut at it.</summary>
    public ImmutableArray<ResolvedText>? Formatted(IInvocationOperation invocation, int depth)
    {
        var at = 0;
        while (at < invocation.Arguments.Length && invocation.Arguments[at].Parameter?.Name != "format")
            at++;
        if (at == invocation.Arguments.Length)
            return null;
        var fillers = PartsOf(invocation, at + 1);
        var texts = _texts;
        return texts.Resolve(invocation.Arguments[at].Value, depth + 1)
            .Select(t => TextHoles.ForPlaceholders(t, index => fillers is not null && index < fillers.Count ? fillers[index] : invocation))
            .Select(t => TextHoles.Fill(t, hole => fillers is not null && fillers.Contains(hole) && texts.ResolveText(hole, depth + 1) is { Length: 1 } given ? given[0] : null))
            .ToImmutableArray();
    }

    /// <summary>string.Join and AppendJoin.</summary>
    public ImmutableArray<ResolvedText>? Joined(IInvocationOperation invocation, int depth)
    {
        if (invocation.Arguments.Length < 2 || PartsOf(invocation, skip: 1) is not { Count: > 0 } parts)
            return null;
        var separated = new List<IOperation>();
        foreach (var part in parts)
        {
            if (separated.Count > 0)
                separated.Add(invocation.Arguments[0].Value);
            separated.Add(part);
        }

        return _texts.Join(invocation, separated, depth);
    }

    // What is passed one by one, or as the elements of one collection.
    private IReadOnlyList<IOperation>? PartsOf(IInvocationOperation invocation, int skip)
    {
        var rest = invocation.Arguments.Skip(skip).Select(a => a.Value).ToList();
        return rest.Count == 1 && Operations.Unwrap(rest[0]).Type is { SpecialType: not SpecialType.System_String } type && (type.TypeKind == TypeKind.Array || type is INamedTypeSymbol { IsGenericType: true })
            ? new TextCollections(_bodies).ElementsOf(rest[0])
            : rest;
    }

    private static ResolvedText Replaced(ResolvedText text, IInvocationOperation invocation) =>
        invocation.Arguments[0].Value.ConstantValue is { HasValue: true, Value: string { Length: > 0 } old }
            ? TextHoles.ForOccurrences(text, old, invocation)
            : text;
}
