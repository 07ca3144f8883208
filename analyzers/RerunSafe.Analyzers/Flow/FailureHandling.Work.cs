using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What a try does for the record, and what only tells people.</summary>
internal sealed partial class FailureHandling
{
    /// <summary>Whether a write, a parse or unknown work with the record stands in an operation: what fails there loses the record.</summary>
    public static bool WorksOnRecord(IOperation body, ReachNode node, RecordScope scope, Engine engine) => WorksOnRecord(body, node, scope, engine, knownOnly: false);

    /// <summary>The same by what is known of the calls: a call of an unknown member, such as sending a mail, does not count.</summary>
    public static bool WorksForSure(IOperation body, ReachNode node, RecordScope scope, Engine engine) => WorksOnRecord(body, node, scope, engine, knownOnly: true);

    private static bool WorksOnRecord(IOperation body, ReachNode node, RecordScope scope, Engine engine, bool knownOnly)
    {
        foreach (var part in body.DescendantsAndSelf())
        {
            switch (part)
            {
                case IInvocationOperation call when !IsTalk(call.TargetMethod, engine) && Works(call) && !IsCaughtInside(call, body):
                    return true;
                case IObjectCreationOperation { Constructor: { } constructor } creation
                    when engine.Catalog.Find(constructor).Any(e => e.Meaning == ApiMeaning.Parse) && scope.Uses(creation):
                    return true;
            }
        }

        return false;

        bool Works(IInvocationOperation call)
        {
            var known = engine.Catalog.Find(call.TargetMethod);
            if (known.Any(e => e.Meaning is ApiMeaning.BestEffort or ApiMeaning.Waits or ApiMeaning.LookUp or ApiMeaning.Clock or ApiMeaning.SettleAck))
                return false;
            if (known.Any(e => IsWrite(e.Meaning)) || node.Facts.Sql.Any(f => f.Site == call && f.Texts.Any(Writes)))
                return true;
            if (call == scope.Read || !scope.Uses(call))
                return false;
            if (call.TargetMethod.MethodKind == MethodKind.DelegateInvoke)
                return !knownOnly && (scope.Read is not null || call.Arguments.Any(a => scope.Uses(a.Value)));
            return known.Any(e => e.Meaning is ApiMeaning.Parse or ApiMeaning.ExecuteSql && node.Facts.Sql.All(f => f.Site != call))
                || (!knownOnly && !IsFrameworkHelper(call.TargetMethod) && !IsForPeople(call, engine.Catalog.Names) && !IsCleanUp(call, node, scope, engine.Catalog.Names));
        }
    }

    // A try inside that swallows everything lets nothing out.
    private static bool IsCaughtInside(IOperation work, IOperation body)
    {
        for (var inner = work; inner != body && inner.Parent is { } parent; inner = parent)
        {
            if (parent is ITryOperation attempt && parent != body.Parent && attempt.Body == inner && attempt.Catches.Any(CatchesAll))
                return true;
        }

        return false;
    }

    private static bool CatchesAll(ICatchClauseOperation clause) =>
        clause.Filter is null && clause.ExceptionType is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace.Name: "System" }
        && !clause.Handler.Descendants().Any(o => o is IThrowOperation);

    // What is returned where nothing fails: at the end of the try, or behind it.
    private static IOperation? SuccessOf(ITryOperation attempt)
    {
        if (attempt.Body.Operations.LastOrDefault() is IReturnOperation { ReturnedValue: { } inside })
            return Operations.Unwrap(inside);
        for (IOperation inner = attempt; inner.Parent is IBlockOperation block; inner = block)
        {
            if (block.Operations.SkipWhile(o => o != inner).OfType<IReturnOperation>().FirstOrDefault() is { ReturnedValue: { } behind })
                return Operations.Unwrap(behind);
        }

        return null;
    }

    /// <summary>Whether a condition asks how the program is configured: if (_options.StopOnError). What is about to end or has been tried often enough is no option.</summary>
    public static bool IsOption(IOperation condition, NameCatalog names)
    {
        var asked = Operations.Unwrap(condition);
        if (asked is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand })
            asked = Operations.Unwrap(operand);
        return asked is IMemberReferenceOperation { Member: IPropertySymbol or IFieldSymbol, Type.SpecialType: SpecialType.System_Boolean } member
            && !names.IsAny(member.Member.Name, NameMeaning.DeliveryLimit, NameMeaning.AttemptCounter);
    }

    /// <summary>Meanings that change a sink.</summary>
    public static bool IsWrite(ApiMeaning meaning) => meaning
        is ApiMeaning.Append or ApiMeaning.Upsert or ApiMeaning.Relative or ApiMeaning.SaveChanges or ApiMeaning.WritesFile or ApiMeaning.AppendsFile or ApiMeaning.MovesFile;

    public static bool Writes(ResolvedSql text) => text.Script.Statements.Any(s => s.Kind
        is SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Merge or SqlStatementKind.Call);

    /// <summary>A member that only tells people: a logger of the catalogue, or one that its own or its type's name gives away.</summary>
    public static bool IsTalk(IMethodSymbol method, Engine engine) =>
        IsLogger(method, engine) || (engine.Catalog.Names.Is(method.Name, NameMeaning.LogMember) && !engine.Catalog.Names.Is(method.Name, NameMeaning.DeadLetter));

    /// <summary>The call writes to the console.</summary>
    public static bool IsConsole(IInvocationOperation call) =>
        call.TargetMethod.ContainingType?.Name == "Console"
        || (call.Instance is { } writer && Operations.Unwrap(writer) is IPropertyReferenceOperation { Property.ContainingType: { Name: "Console", ContainingNamespace.Name: "System" } });

    // var logs = new OrderLogs(); … logs.Write(e.Message); … await orders.AddLogsAsync(order.Id, logs): a log that is stored beside its record.
    private bool IsLogThatIsKept(IInvocationOperation call) =>
        call.Instance is { } log && Operations.Unwrap(log) is ILocalReferenceOperation { Local: var local } && _engine.Catalog.Find(call.TargetMethod).IsEmpty
        && UsesElsewhere(local, inTalk: true).Any(use => use.Parent is IArgumentOperation { Parent: IInvocationOperation keeps } && Names.IsAny(keeps.TargetMethod.Name, NameMeaning.AppendMember, NameMeaning.SaveMember));

    // logger.Error(e) logs, whatever "error" means elsewhere.
    private static bool IsLogger(IMethodSymbol method, Engine engine)
    {
        foreach (var entry in engine.Catalog.Find(method))
        {
            if (entry.Meaning is ApiMeaning.Log or ApiMeaning.BestEffort)
                return true;
        }

        return engine.Catalog.Names.Is(method.ContainingType?.Name, NameMeaning.LogMember);
    }

    /// <summary>A call that does not bind, or binds only at run time, may keep the record; a logger by its name does not.</summary>
    public static bool MayKeep(IOperation unbound, Engine engine)
    {
        var called = unbound.Syntax is InvocationExpressionSyntax { Expression: var expression } ? expression : null;
        var name = called switch
        {
            MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
            MemberBindingExpressionSyntax bound => bound.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => null,
        };
        return name is not null && !engine.Catalog.Names.Is(name, NameMeaning.LogMember);
    }

    // string.Format, ex.ToString(), Task.Delay, Thread.Sleep: they carry text and time, not records.
    public static bool IsFrameworkHelper(IMethodSymbol method) => Operations.IsInSystem(method);

    // notifier.NotifyAsync(order), hub.SendAsync(order), cache.Refresh(order): who is not told asks again, or is told the next time.
    private static bool IsForPeople(IInvocationOperation call, NameCatalog names)
    {
        var method = call.TargetMethod;
        return IsPeople(method.Name) || IsPeople(method.ContainingType?.Name) || (call.Instance is { } receiver && IsPeople(BodyIndex.SymbolOf(receiver)?.Name));

        bool IsPeople(string? name) => names.IsAny(name, NameMeaning.Alert, NameMeaning.NotifyMember);
    }

    // A helper that takes away what is no longer needed. Where taking away is what the message asks for, it is work.
    private static bool IsCleanUp(IInvocationOperation call, ReachNode node, RecordScope scope, NameCatalog names) =>
        scope.Loop is null && node.Root is null && names.Is(call.TargetMethod.Name, NameMeaning.CleanUpMember) && names.Is(node.Method.Name, NameMeaning.CleanUpMember);
}
