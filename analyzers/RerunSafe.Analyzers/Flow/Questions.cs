using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What a call that fetches rows asks for, by its arguments and the filters around it.</summary>
internal static class Questions
{
    private const int MaxSteps = 16;

    /// <summary>It asks for a slice of time: what is not handled now is not asked for again.</summary>
    public static bool MoveOn(IOperation source, ApiCatalog catalog) =>
        (Operations.Unwrap(source) is IInvocationOperation call && call.Arguments.Any(a => IsTime(a.Value.Type) && Operations.Unwrap(a.Value) is IInvocationOperation or IPropertyReferenceOperation { Instance: not null }))
        || Parts(source).Any(part => IsTime(part.Type)
            && (part is IPropertyReferenceOperation property ? catalog.Means(property.Property, ApiMeaning.Clock) || catalog.Names.IsAny(property.Property.Name, NameMeaning.RangeBound, NameMeaning.Checkpoint)
                : part is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation && part.Type is not null));

    /// <summary>It asks for what is open: rows without a result, rows in a state, rows that are due.</summary>
    public static bool AskForOpenWork(IOperation source, ApiCatalog catalog) =>
        Parts(source).Any(part => part is ILiteralOperation { ConstantValue: { HasValue: true, Value: null } }
            || (part is IPropertyReferenceOperation property && IsOfRow(property) && catalog.Names.IsAny(property.Property.Name, NameMeaning.Status, NameMeaning.DueTime)));

    // order => order.Status == …; not the arguments themselves: context.ScheduledFireTime says when the run was due, not the row.
    private static bool IsOfRow(IPropertyReferenceOperation property)
    {
        IOperation? owner = property.Instance;
        while (owner is not null && Operations.Unwrap(owner) is IPropertyReferenceOperation { Instance: var outer })
            owner = outer;
        return owner is null || Operations.Unwrap(owner) is not IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction } };
    }

    // The arguments of the call and of those that its receiver comes from.
    private static IEnumerable<IOperation> Parts(IOperation source)
    {
        var value = Operations.Unwrap(source);
        for (var step = 0; step < MaxSteps && value is IInvocationOperation call; step++)
        {
            foreach (var argument in call.Arguments)
            {
                if (call.Instance is not null || !call.TargetMethod.IsExtensionMethod || argument != call.Arguments[0])
                {
                    foreach (var part in argument.Value.DescendantsAndSelf())
                        yield return part;
                }
            }

            if (Operations.ReceiverOf(call) is not { } receiver)
                yield break;
            value = Operations.Unwrap(receiver);
            if (value is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } only)
                value = Operations.Unwrap(only);
        }
    }

    private static bool IsTime(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_DateTime } or { Name: "DateTimeOffset" or "DateOnly" or "Instant" or "LocalDate" }
        || type is INamedTypeSymbol { Name: "Nullable", TypeArguments: [var inner] } && IsTime(inner);
}
