using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Recognises loops that take one record at a time from a source.</summary>
internal static class RecordLoops
{
    private const int MaxSteps = 16;

    public static RecordLoopFact? Find(ILoopOperation loop, ApiCatalog catalog) => loop switch
    {
        IForEachLoopOperation each => ForEach(each, catalog),
        IForLoopOperation counted when Counted(counted, catalog) is { } indexed => indexed,
        IWhileLoopOperation or IForLoopOperation => Reading(loop, catalog),
        _ => null,
    };

    private static RecordLoopFact? ForEach(IForEachLoopOperation loop, ApiCatalog catalog)
    {
        var local = loop.Locals.FirstOrDefault();
        if (SourceOf(loop.Collection, catalog) is { } source)
            return new RecordLoopFact(loop, local, source.Operation, source.Api);
        return loop.IsAsynchronous ? new RecordLoopFact(loop, local, loop.Collection, null) : null;
    }

    // for (var i = 0; i < lines.Length; i++) { var line = lines[i]; … }
    private static RecordLoopFact? Counted(IForLoopOperation loop, ApiCatalog catalog)
    {
        if (loop.Condition is not IBinaryOperation { RightOperand: var limit } || Operations.Unwrap(limit) is not IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } records }
            || BodyIndex.SymbolOf(records) is not { } held || SourceOf(records, catalog) is not { } source)
            return null;
        foreach (var declared in OwnOperations(loop).OfType<IVariableDeclaratorOperation>())
        {
            if (declared.Initializer?.Value is { } first && Operations.Unwrap(first) is IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true }
                && first.DescendantsAndSelf().Any(o => Operations.SameSymbol(BodyIndex.SymbolOf(o), held)))
                return new RecordLoopFact(loop, declared.Symbol, source.Operation, source.Api);
        }

        return null;
    }

    /// <summary>The record source behind an expression: through LINQ, ToList, locals that are set once, and awaits.</summary>
    public static (IOperation Operation, ApiEntry Api)? SourceOf(IOperation value, ApiCatalog catalog)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            value = Operations.Unwrap(value);
            switch (value)
            {
                case IInvocationOperation invocation:
                    if (catalog.Find(invocation.TargetMethod, ApiMeaning.RecordSource) is { } entry)
                        return (invocation, entry);
                    if (Receiver(invocation) is not { } receiver)
                        return null;
                    value = receiver;
                    break;
                case ILocalReferenceOperation local when Locals.OnlyValueOf(local) is { } only:
                    value = only;
                    break;
                case ICoalesceOperation { Value: var present }:
                    value = present;
                    break;
                case IPropertyReferenceOperation { Instance: { } instance } property:
                    if (catalog.Find(property.Property, ApiMeaning.RecordSource) is { } known)
                        return (property, known);

                    // document.Features: a part of what was read whole.
                    if (!IsSequence(property.Type))
                        return null;
                    value = instance;
                    break;
                case IArrayElementReferenceOperation:
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The caller's source of a loop over what a body is handed: ImportAsync(IEnumerable&lt;string&gt; files), called with Directory.EnumerateFiles(…).</summary>
    public static RecordLoopFact? HandedOver(IForEachLoopOperation loop, ReachNode node, ApiCatalog catalog)
    {
        if (Operations.Unwrap(loop.Collection) is not IParameterReferenceOperation { Parameter: var rows } || node.Root is not null)
            return null;
        foreach (var (_, site) in node.Callers)
        {
            if (Operations.ArgumentNamed(site, rows.Name) is { } argument && SourceOf(argument, catalog) is { Api.Result: not "rows" } source)
                return new RecordLoopFact(loop, loop.Locals.FirstOrDefault(), source.Operation, source.Api);
        }

        return null;
    }

    private static RecordLoopFact? Reading(ILoopOperation loop, ApiCatalog catalog)
    {
        foreach (var operation in OwnOperations(loop))
        {
            if (operation is not IInvocationOperation invocation)
                continue;
            if (catalog.Find(invocation.TargetMethod, ApiMeaning.ReadRecord) is { } entry)
                return new RecordLoopFact(loop, AssignedLocal(invocation), invocation, entry);

            // await queue.DequeueAsync(token): a queue of the project's own.
            if (catalog.Names.Is(invocation.TargetMethod.Name, NameMeaning.DequeueMember) && !Operations.IsInSystem(invocation.TargetMethod) && AssignedLocal(invocation) is { } taken)
                return new RecordLoopFact(loop, taken, invocation, null);
        }

        return null;
    }

    // The loop's own operations: a read in a loop inside belongs to that loop.
    private static IEnumerable<IOperation> OwnOperations(ILoopOperation loop)
    {
        var work = new Stack<IOperation>(loop.ChildOperations.Reverse());
        while (work.Count > 0)
        {
            var operation = work.Pop();
            yield return operation;
            if (operation is ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            foreach (var child in operation.ChildOperations.Reverse())
                work.Push(child);
        }
    }

    private static ILocalSymbol? AssignedLocal(IInvocationOperation read)
    {
        // reader.TryRead(out var item)
        foreach (var argument in read.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.Out && BodyIndex.SymbolOf(argument.Value) is ILocalSymbol filled)
                return filled;
        }

        for (var parent = read.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target }:
                    return target.Local;
                case IDeconstructionAssignmentOperation apart:
                    return apart.Target.DescendantsAndSelf().OfType<ILocalReferenceOperation>().FirstOrDefault()?.Local;
                case IVariableDeclaratorOperation declarator:
                    return declarator.Symbol;
                case IIsPatternOperation { Pattern: IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol declared } }:
                    return declared;
                case IIsPatternOperation { Pattern: IRecursivePatternOperation { DeclaredSymbol: ILocalSymbol declared } }:
                    return declared;
                case IBlockOperation or ILoopOperation or IConditionalOperation:
                    return null;
            }
        }

        return null;
    }

    private static IOperation? Receiver(IInvocationOperation invocation)
    {
        if (invocation.Instance is { } instance)
            return IsSequence(invocation.Type) ? instance : null;
        return invocation.TargetMethod.IsExtensionMethod && invocation.Arguments.Length > 0 ? invocation.Arguments[0].Value : null;
    }

    /// <summary>A sequence, or a DataTable, which is none.</summary>
    public static bool MayHoldRows(ITypeSymbol? type) => IsSequence(type) || type?.Name is "DataTable" or "IDataReader" or "DbDataReader";

    public static bool IsSequence(ITypeSymbol? type) =>
        type is IArrayTypeSymbol
        || (type is not null && type.SpecialType != SpecialType.System_String
            && type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable));
}
