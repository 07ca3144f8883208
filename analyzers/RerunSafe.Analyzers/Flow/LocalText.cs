using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The text of a local (string or StringBuilder) at a use: its last certain assignment before the use and everything
/// appended since. What is appended in a branch counts as appended: a conflict clause that may be there must not be
/// overlooked.
/// </summary>
internal readonly struct LocalText
{
    private readonly TextResolver _resolver;
    private readonly ILocalReferenceOperation _use;

    private readonly IBodies _bodies;

    public LocalText(TextResolver resolver, IBodies bodies, ILocalReferenceOperation use)
    {
        _resolver = resolver;
        _bodies = bodies;
        _use = use;
    }

    public ImmutableArray<ResolvedText> Resolve(int depth)
    {
        if (Listed(depth) is { IsEmpty: false } listed)
            return listed;
        var alternatives = new List<List<IOperation>>();
        foreach (var (piece, isStart, operation) in Pieces())
        {
            if (!isStart)
            {
                foreach (var parts in alternatives)
                    parts.Add(piece);
            }
            else
            {
                // A start in a block that also holds the use replaces what came before; one in another branch is one more possibility.
                if (Operations.BlockOf(operation) is not { } block || Operations.Encloses(block, _use))
                    alternatives.Clear();
                alternatives.Add([piece]);
            }
        }

        if (alternatives.Count == 0)
            alternatives.Add([]);
        var resolver = _resolver;
        var use = _use;
        var texts = alternatives.SelectMany(parts => parts.Count == 0 ? ImmutableArray<ResolvedText>.Empty : resolver.Join(use, parts, depth + 1)).ToImmutableArray();
        return texts.IsEmpty ? ImmutableArray.Create(Unknown()) : texts;
    }

    /// <summary>The text arguments of StringBuilder.Append and its kin.</summary>
    public static IEnumerable<IOperation> Appended(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "Append" or "AppendLine" when call.Arguments.Length > 0 => [call.Arguments[0].Value],
        "Insert" when call.Arguments.Length > 1 => [call.Arguments[1].Value],
        "AppendFormat" or "AppendJoin" when call.Arguments.Length > 0 => [call.Arguments[0]],
        _ => [],
    };

    // foreach (var sql in new[] { "…", "…" }): each of them.
    private ImmutableArray<ResolvedText> Listed(int depth)
    {
        foreach (var operation in BodyIndex.Of(_use).Touching(_use.Local))
        {
            if (operation is not IForEachLoopOperation each || new TextCollections(_bodies).ElementsOf(each.Collection) is not { } elements)
                continue;
            var resolver = _resolver;
            return elements.SelectMany(e => resolver.Resolve(e, depth + 1)).Take(TextResolver.MaxAlternatives).ToImmutableArray();
        }

        return ImmutableArray<ResolvedText>.Empty;
    }

    // var (sql, count) = ("…", 1), or = a helper that returns such a pair.
    private IEnumerable<IOperation> Deconstructed(IDeconstructionAssignmentOperation assignment)
    {
        var target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        if (target is not ITupleOperation names)
            yield break;
        var index = 0;
        while (index < names.Elements.Length && !Operations.SameSymbol(BodyIndex.SymbolOf(names.Elements[index]), _use.Local))
            index++;
        var value = Operations.Unwrap(assignment.Value);
        var values = value is IInvocationOperation call ? _bodies.ReturnedBy(call.TargetMethod).Select(Operations.Unwrap) : [value];
        foreach (var tuple in values.OfType<ITupleOperation>())
        {
            if (index < tuple.Elements.Length)
                yield return tuple.Elements[index];
        }
    }

    private ResolvedText Unknown()
    {
        var builder = new TextBuilder();
        builder.AddHole(_use);
        return builder.Build(_use.Syntax.GetLocation());
    }

    private IEnumerable<(IOperation Piece, bool IsStart, IOperation At)> Pieces()
    {
        var local = _use.Local;
        var end = _use.Syntax.SpanStart;
        // By where they end: in a chain of calls the inner one appends first.
        foreach (var operation in BodyIndex.Of(_use).Touching(local).OrderBy(o => o.Syntax.Span.End))
        {
            if (operation.Syntax.SpanStart >= end && operation is not IVariableDeclaratorOperation)
                continue;

            // In sql = sql.TrimEnd() the use inside asks for what came before.
            if (operation is IAssignmentOperation && Operations.Encloses(operation, _use))
                continue;
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when Is(declarator.Symbol) && declarator.GetVariableInitializer()?.Value is { } value:
                    foreach (var start in Start(value))
                        yield return (start.Piece, start.IsStart, declarator);
                    break;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when Is(target.Local):
                    // sql = sql + "…" appends: the local inside resolves to what came before it.
                    yield return (assignment.Value, true, assignment);
                    break;
                case IDeconstructionAssignmentOperation deconstruction:
                    foreach (var value in Deconstructed(deconstruction))
                        yield return (value, true, deconstruction);
                    break;
                case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Target: ILocalReferenceOperation target } assignment when Is(target.Local):
                    yield return (assignment.Value, false, assignment);
                    break;
                case IInvocationOperation call when TextResolver.IsStringBuilder(call.TargetMethod.ContainingType) && ChainStartsAt(call, local):
                    foreach (var piece in Appended(call))
                        yield return (piece, false, call);
                    break;
                case IArgumentOperation { Value: var value } argument when Passes(argument, value):
                    // A helper that is handed the builder may append anything: a hole.
                    yield return (argument, false, argument);
                    break;
            }
        }

        bool Is(ILocalSymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol, local);

        bool Passes(IArgumentOperation argument, IOperation value) =>
            Operations.Unwrap(value) is ILocalReferenceOperation reference && Is(reference.Local)
            && (TextResolver.IsStringBuilder(local.Type) || argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out);
    }

    private static IEnumerable<(IOperation Piece, bool IsStart)> Start(IOperation value)
    {
        var innermost = Operations.Unwrap(value);
        while (innermost is IInvocationOperation { Instance: { } inner } call && TextResolver.IsStringBuilder(call.TargetMethod.ContainingType))
            innermost = Operations.Unwrap(inner);
        if (innermost is not IObjectCreationOperation creation || !TextResolver.IsStringBuilder(creation.Type))
        {
            yield return (value, true);
            yield break;
        }

        yield return (creation, true);
        foreach (var call in value.DescendantsAndSelf().OfType<IInvocationOperation>().Where(c => TextResolver.IsStringBuilder(c.TargetMethod.ContainingType)).Reverse())
        {
            foreach (var piece in Appended(call))
                yield return (piece, false);
        }
    }

    private static bool ChainStartsAt(IInvocationOperation call, ILocalSymbol local)
    {
        IOperation? instance = call;
        while (instance is IInvocationOperation inner)
            instance = inner.Instance is null ? null : Operations.Unwrap(inner.Instance);
        return instance is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local);
    }
}
