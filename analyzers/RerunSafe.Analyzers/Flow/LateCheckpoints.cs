using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Checkpoints that are set to the time at which they are saved. The records were read before, so that whatever changed
/// between the read and that moment is behind the checkpoint and in no run. A time that was taken before the read is none,
/// and neither is the greatest value among what was read.
/// </summary>
internal sealed class LateCheckpoints
{
    private readonly Engine _engine;
    private readonly ReachNode _node;
    private readonly NameCatalog _names;
    private readonly UnstableValues _clock;

    public LateCheckpoints(Engine engine, ReachNode node)
    {
        _engine = engine;
        _node = node;
        _names = engine.Catalog.Names;
        _clock = new UnstableValues(engine, ApiMeaning.Clock);
    }

    /// <summary>The read that went by the old checkpoint before the time of the new one was taken; null where there is none.</summary>
    public IInvocationOperation? ReadBefore(CheckpointSave save)
    {
        if (ClockOf(save) is not { } clock || Operations.RootOf(clock) != Operations.RootOf(save.Site))
            return null;
        foreach (var operation in _node.Facts.Root.Descendants())
        {
            if (operation is IInvocationOperation read && read != save.Site && SourceOrder.GoesOn(read, clock) && IsRead(read))
                return read;
        }

        return null;
    }

    private IOperation? ClockOf(CheckpointSave save)
    {
        if (save.IsNow)
            return save.Site;
        if (save.Value is not { } value || LeavesMargin(value))
            return null;
        foreach (var part in value.DescendantsAndSelf())
        {
            if (_clock.Behind(part, _node) is { } clock)
                return clock;
        }

        return null;
    }

    private bool IsRead(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (!MayHandOutRecords(method.ReturnType) || FailureHandling.IsTalk(method, _engine) || _names.Is(method.Name, NameMeaning.SaveMember))
            return false;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value != Operations.ReceiverOf(call) && GoesByCheckpoint(argument.Value))
                return true;
        }

        return false;
    }

    // GetChangedAsync(lastRun), Where(o => o.Changed > lastRun): a bound, and nothing by which what is due is put in order.
    private bool GoesByCheckpoint(IOperation argument)
    {
        if (LeavesMargin(argument))
            return false;
        if (!argument.DescendantsAndSelf().Any(o => o is IAnonymousFunctionOperation))
            return IsCheckpoint(argument);
        foreach (var part in argument.Descendants())
        {
            if (part is IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual } comparison
                && (IsCheckpoint(comparison.LeftOperand) || IsCheckpoint(comparison.RightOperand)))
                return true;
        }

        return false;
    }

    private bool IsCheckpoint(IOperation value)
    {
        foreach (var source in DecisionSources.Of(value, _node))
        {
            switch (source)
            {
                case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
                    when _names.Is(BodyIndex.SymbolOf(source)?.Name, NameMeaning.Checkpoint) && !IsOfRecord(source):
                case IInvocationOperation call when _names.Is(call.TargetMethod.Name, NameMeaning.Checkpoint) || AsksForCheckpoint(call):
                    return true;
            }
        }

        return false;
    }

    private bool AsksForCheckpoint(IInvocationOperation call) => _node.Facts.Sql.Any(f => f.Site == call
        && f.Texts.Any(t => t.Script.Statements.Any(s => s.Sources.Any(table => _names.Is(table.Name, NameMeaning.Checkpoint)))));

    // shops.Where(s => s.LastSync < due): each record's own time says when it is due.
    private static bool IsOfRecord(IOperation source)
    {
        while (source is IMemberReferenceOperation { Instance: { } owner })
            source = Operations.Unwrap(owner);
        return source is IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } };
    }

    // since.AddMinutes(-5): what was missed is read again by the next run.
    private static bool LeavesMargin(IOperation value) => value.DescendantsAndSelf().Any(o =>
        o is IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract }
        || (o is IInvocationOperation { TargetMethod.Name: var name, Arguments: [{ Value: { } amount }, ..] }
            && (name == "Subtract" || (name.StartsWith("Add", StringComparison.Ordinal) && Operations.Unwrap(amount) is IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } or { ConstantValue: { HasValue: true, Value: < 0 or < 0.0 } }))));

    // Neither a number, a text, a time nor an answer.
    private static bool MayHandOutRecords(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [var result] })
            type = result;
        return type.SpecialType is SpecialType.None or SpecialType.System_Void && !(type.IsValueType && Operations.IsInSystem(type));
    }
}
