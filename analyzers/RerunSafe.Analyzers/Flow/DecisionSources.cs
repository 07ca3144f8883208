using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The operations that a condition's outcome comes from: those in it, those that gave its locals their values, those
/// that built the collections it asks, and what callers passed for its parameters.
/// </summary>
internal sealed class DecisionSources
{
    private const int MaxOperations = 2_000;

    private readonly HashSet<IOperation> _found = [];
    private readonly HashSet<ISymbol> _followed = new(SymbolEqualityComparer.Default);
    private readonly ReachNode _node;

    private DecisionSources(ReachNode node) => _node = node;

    public static IReadOnlyCollection<IOperation> Of(IOperation condition, ReachNode node)
    {
        var sources = new DecisionSources(node);
        sources.Add(condition, callers: 1);
        return sources._found;
    }

    private void Add(IOperation operation, int callers)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (_found.Count > MaxOperations || !_found.Add(part))
                continue;
            switch (part)
            {
                case ILocalReferenceOperation local when _followed.Add(local.Local):
                    foreach (var value in Locals.ValuesOf(local.Local, local))
                        Add(value, callers);
                    AddFillers(local, callers);
                    if (local.Type?.SpecialType == SpecialType.System_Boolean)
                        AddFlagConditions(local, callers);
                    break;
                case IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field when _followed.Add(field.Field):
                    AddAssigned(field, callers);
                    break;
                case IParameterReferenceOperation parameter when callers > 0 && _followed.Add(parameter.Parameter):
                    AddArguments(parameter.Parameter, callers - 1);
                    break;
            }
        }
    }

    // _known = await db.Orders.FindAsync(id); if (_known == null) …: what the same body has put there before.
    private void AddAssigned(IFieldReferenceOperation field, int callers)
    {
        foreach (var operation in BodyIndex.Of(field).Touching(field.Field))
        {
            if (operation is ISimpleAssignmentOperation set && set.Syntax.SpanStart < field.Syntax.SpanStart && Operations.SameSymbol(BodyIndex.SymbolOf(set.Target), field.Field))
                Add(set.Value, callers);
        }
    }

    // seen.Add(…), existing.UnionWith(…): the calls on a local collection put its content there.
    private void AddFillers(ILocalReferenceOperation local, int callers)
    {
        foreach (var operation in BodyIndex.Of(local).Touching(local.Local))
        {
            if (operation is IInvocationOperation { Instance: { } instance, TargetMethod.Name: "Add" or "AddRange" or "UnionWith" or "TryAdd" or "Load" } call
                && Operations.Unwrap(instance) is ILocalReferenceOperation target && Operations.SameSymbol(target.Local, local.Local))
            {
                foreach (var argument in call.Arguments)
                    Add(argument.Value, callers);

                // while (reader.Read()) existing.Add(reader.GetString(0)): the loop's condition tells where from.
                if (Operations.Enclosing<IWhileLoopOperation>(call)?.Condition is { } condition)
                    Add(condition, callers);
            }
            else if (operation is IArgumentOperation { Parent: IInvocationOperation { Instance: { } filler, TargetMethod.Name: "Fill" or "FillAsync" } fill })
            {
                // adapter.Fill(table)
                Add(fill, callers);
                Add(filler, callers);
            }
        }
    }

    // foreach (var e in existing) if (e == id) found = true;
    private void AddFlagConditions(ILocalReferenceOperation flag, int callers)
    {
        foreach (var operation in BodyIndex.Of(flag).Touching(flag.Local))
        {
            if (operation is not ISimpleAssignmentOperation { Value.ConstantValue.HasValue: true } set)
                continue;
            if (Operations.Enclosing<IConditionalOperation>(set) is { } choice)
                Add(choice.Condition, callers);
            if (Operations.Enclosing<IForEachLoopOperation>(set) is { } loop)
                Add(loop.Collection, callers);
        }
    }

    private void AddArguments(IParameterSymbol parameter, int callers)
    {
        foreach (var (_, site) in _node.Callers)
        {
            if (Operations.ArgumentNamed(site, parameter.Name) is { } argument)
                Add(argument, callers);
        }
    }
}
