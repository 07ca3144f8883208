using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Conditions that refuse a record for what is missing in it: if (command.Id == Guid.Empty) { log.LogError(…); return; }.
/// What is filtered by design is seldom called an error; what the log calls one was meant to come through.
/// </summary>
internal sealed class RefusedContent
{
    private readonly RecordScope _scope;
    private readonly ApiCatalog _catalog;

    public RefusedContent(RecordScope scope, ApiCatalog catalog)
    {
        _scope = scope;
        _catalog = catalog;
    }

    /// <summary>The conditions of a body whose branch only tells of a problem and ends the work.</summary>
    public static IEnumerable<IConditionalOperation> In(BodyFacts facts, ApiCatalog catalog)
    {
        foreach (var log in facts.Of(ApiMeaning.Log))
        {
            if ((catalog.Names.Is(log.Member.Name, NameMeaning.ProblemLogMember) || IsForOperator(log.Member)) && StatementOf(log.Site) is { Parent: { } branch }
                && (branch is IBlockOperation ? branch.Parent : branch) is IConditionalOperation { Type: null, WhenFalse: null } choice && Operations.Encloses(choice.WhenTrue, log.Site))
                yield return choice;
        }
    }

    // Console.Error.WriteLine(…); Console.WriteLine(…) as well: a program has no other log.
    private static bool IsForOperator(ISymbol log) => log is { ContainingType.Name: "Console", Name: "WriteLine" or "Error" };

    // await Console.Error.WriteLineAsync(…) is made of three.
    private static IOperation? StatementOf(IOperation log)
    {
        while (log.Parent is IInvocationOperation or IAwaitOperation)
            log = log.Parent;
        return log.Parent as IExpressionStatementOperation;
    }

    /// <summary>
    /// Whether a condition asks nothing but whether something of the record is missing or of another kind. A record that is nothing
    /// at all is no record: an empty poll, a tombstone.
    /// </summary>
    public bool IsAskedBy(IOperation condition)
    {
        condition = Operations.Unwrap(condition);
        if (MissingIn(condition) is { } missing)
            return !IsWhole(missing) && IsContent(missing);
        return condition switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either =>
                (IsAskedBy(either.LeftOperand) && (IsAskedBy(either.RightOperand) || IsNoRecord(either.RightOperand))) || (IsNoRecord(either.LeftOperand) && IsAskedBy(either.RightOperand)),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual } test when IsPartsOf(test.LeftOperand) =>
                test.RightOperand.ConstantValue is { HasValue: true, Value: > 0 },
            IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThanOrEqual } test => IsNothing(test.RightOperand) && IsContent(test.LeftOperand),
            IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: ITypePatternOperation or IDeclarationPatternOperation or IRecursivePatternOperation } } test => IsContent(test.Value),
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: { } operand } => IsPresence(Operations.Unwrap(operand)),
            _ => false,
        };
    }

    // !id.HasValue, !message.Lines.Any(), !(message is OrderPlaced)
    private bool IsPresence(IOperation asked) => asked switch
    {
        IPropertyReferenceOperation { Property.Name: "HasValue", Instance: { } value } => IsContent(value),
        IInvocationOperation { TargetMethod: { Name: "Any", ContainingType.Name: "Enumerable" }, Arguments: [var set] } => IsContent(set.Value),
        IIsTypeOperation { ValueOperand: var value } => IsContent(value),
        IInvocationOperation { TargetMethod: { Name: "IsMatch", ContainingType: { Name: "Regex", ContainingNamespace.Name: "RegularExpressions" } } } match => match.Arguments.Any(a => IsContent(a.Value)),
        _ => false,
    };

    // var parts = line.Split(','); if (parts.Length != 3): the line has another shape.
    private bool IsPartsOf(IOperation asked) =>
        Operations.Unwrap(asked) is IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } parts }
        && (Operations.Unwrap(parts) is ILocalReferenceOperation local ? Locals.OnlyValueOf(local) : parts) is { } value
        && Operations.Unwrap(value) is IInvocationOperation { TargetMethod: { Name: "Split", ContainingType.Name: "String" or "Regex" } } split && _scope.Uses(split);

    /// <summary>
    /// Whether a handler calls it an error and returns, because what the message says is not so. It is no error to whoever sent it. What was
    /// looked up and is not there, or is in another state, is a filter as often as an error.
    /// </summary>
    public bool IsCalledError(IConditionalOperation choice, BodyFacts facts) =>
        _scope is { Loop: null, Source: null } && IsAboutMessage(choice.Condition) && !IsNoRecord(choice.Condition)
        && LogsError(choice, facts);

    /// <summary>Whether a handler calls it an error and returns, because what it needs was asked for and is not there: the message has come too early, or is about something that never was.</summary>
    public bool IsWithoutNeeded(IConditionalOperation choice, BodyFacts facts) =>
        _scope is { Loop: null, Source: null } && TellsSomebody(facts.Method) && MissingIn(Operations.Unwrap(choice.Condition)) is { } missing && Operations.Unwrap(missing) is ILocalReferenceOperation needed
        && Locals.OnlyValueOf(needed) is { } value && Operations.Unwrap(value) is IInvocationOperation { Parent: IAwaitOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } } fetch
        && _scope.Uses(fetch) && LogsError(choice, facts);

    // The handler itself, or what it calls for a verdict; what is called for nothing in return does as much as it can.
    private bool TellsSomebody(IMethodSymbol method) =>
        _scope.Calls == 0 || !(method.ReturnsVoid || method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.IsEmpty: true });

    private bool LogsError(IConditionalOperation choice, BodyFacts facts) =>
        facts.Of(ApiMeaning.Log).Any(log => Operations.Encloses(choice.WhenTrue, log.Site) && _catalog.Names.Is(log.Member.Name, NameMeaning.ProblemLogMember)
            && log.Member.Name.IndexOf("Warn", StringComparison.Ordinal) < 0 && log.Member.ContainingType.Name != "Console");

    private bool IsAboutMessage(IOperation condition) =>
        condition.DescendantsAndSelf().Any(o => o is IPropertyReferenceOperation { Instance: { } owner } && Operations.Unwrap(owner) is IParameterReferenceOperation { Parameter: var message } && _scope.Values.Contains(message))
        && !condition.DescendantsAndSelf().Any(o => o is IInvocationOperation);

    // message.Body is null, string.IsNullOrEmpty(line)
    private bool IsNoRecord(IOperation condition) => MissingIn(Operations.Unwrap(condition)) is { } missing && IsWhole(missing);

    // What a condition finds to be nothing: x == null, x is null, x == Guid.Empty, string.IsNullOrEmpty(x).
    private static IOperation? MissingIn(IOperation condition) => condition switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } test => IsNothing(test.RightOperand) ? test.LeftOperand : IsNothing(test.LeftOperand) ? test.RightOperand : null,
        IIsPatternOperation { Pattern: IConstantPatternOperation { Value: var value } } test when IsNothing(value) => test.Value,
        IInvocationOperation { TargetMethod: { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace", ContainingType.SpecialType: SpecialType.System_String }, Arguments: [var text] } => text.Value,
        _ => null,
    };

    private bool IsWhole(IOperation value) => Operations.Unwrap(value) switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation => true,
        IPropertyReferenceOperation { Property.Name: var name } => _catalog.Names.Is(name, NameMeaning.PayloadMember),
        IConditionalAccessOperation { WhenNotNull: IPropertyReferenceOperation { Property.Name: var name } } => _catalog.Names.Is(name, NameMeaning.PayloadMember),
        _ => false,
    };

    // null, 0, Guid.Empty, default
    private static bool IsNothing(IOperation value)
    {
        value = Operations.Unwrap(value);
        if (value is IDefaultValueOperation or IFieldReferenceOperation { Field: { Name: "Empty", IsStatic: true } })
            return true;
        return value.ConstantValue is { HasValue: true } constant && constant.Value is null or 0 or 0L or "";
    }

    // var line = reader.ReadLine()?.Trim();
    private bool IsAsRead(IOperation value)
    {
        var calls = value.DescendantsAndSelf().OfType<IInvocationOperation>().ToList();
        return calls.Any(IsRead) && calls.All(call => IsRead(call) || call.TargetMethod.ContainingType.SpecialType == SpecialType.System_String || call.TargetMethod.Name == "ConfigureAwait");
    }

    // var order = Deserialize(message.Body): what was sent, in another form.
    private bool IsMadeOfRecord(IOperation value) =>
        Operations.Unwrap(value) is IInvocationOperation call && _catalog.Means(call.TargetMethod, ApiMeaning.Parse) && _scope.Uses(call);

    private bool IsRead(IInvocationOperation call) => call == _scope.Read || _catalog.Find(call.TargetMethod).Any(e => e.Meaning is ApiMeaning.ReadRecord or ApiMeaning.RecordSource);

    // The record itself or something in it, however deep; nothing that was fetched for it.
    private bool IsContent(IOperation value)
    {
        for (value = Operations.Unwrap(value); ; )
        {
            switch (value)
            {
                case IPropertyReferenceOperation { Instance: { } owner }:
                    value = Operations.Unwrap(owner);
                    break;
                case IConditionalAccessOperation access:
                    value = Operations.Unwrap(access.Operation);
                    break;
                case IParameterReferenceOperation parameter:
                    return _scope.Values.Contains(parameter.Parameter);
                case ILocalReferenceOperation local:
                    return (_scope.Loop?.Record is { } record && Operations.SameSymbol(record, local.Local)) || (Locals.OnlyValueOf(local) is { } read && (IsAsRead(read) || IsMadeOfRecord(read)));
                default:
                    return false;
            }
        }
    }
}
