using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Duplicates;

/// <summary>RERUN3001: of several records with one key one is kept, and nothing says which.</summary>
internal sealed class RandomSurvivor : Rule
{
    public const string Id = "RERUN3001";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Which duplicate survives is left to chance",
        "{0} keeps one of several records, and {1}: another run may keep another one; {2}",
        Categories.Duplicates,
        DiagnosticSeverity.Warning,
        "Deduplication that does not say which record of a key stays gives another result on the next run, after an index rebuild or with another plan. An order that ends in a unique column makes it the same every time.");

    public override void Check(RuleContext context)
    {
        foreach (var (fact, text, statement) in context.Statements(Id))
            CheckSql(context, fact, text, statement);

        foreach (var fact in context.Facts.Apis)
        {
            if (fact.Site is not IInvocationOperation call)
                continue;
            if (fact.Api.Meaning == ApiMeaning.PicksSurvivor)
                CheckDistinct(context, call, fact.Api.Argument);
            else if (fact.Api.Meaning == ApiMeaning.TakesOne)
                CheckFirst(context, call);
        }
    }

    private void CheckSql(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement)
    {
        foreach (var survivor in statement.Survivors)
        {
            var why = survivor.Kind == SqlSurvivorKind.RowNumber && survivor.IsConstantOrder ? "its ORDER BY is the same for all of them"
                : survivor.IsConstantOrder ? "the ORDER BY is the same for all of them" : "no ORDER BY says which";
            var words = text.Script.Text.Text.Substring(survivor.Span.Start, survivor.Span.Length);
            context.Report(
                Info, text.Source.LocationOf(survivor.Span), fact.Site,
                isHint: survivor.Kind == SqlSurvivorKind.FirstRow && statement.Kind == SqlStatementKind.Select,
                SourceWords.OneLine(words), why, "order by what decides, and by a unique column last");
        }
    }

    private void CheckDistinct(RuleContext context, IInvocationOperation call, string parameter)
    {
        if (IsOnlyShown(context) || KeySelector.Of(call, parameter) is not { } key || Operations.ReceiverOf(call) is not { } source
            || !IsArbitrary(context, source, key) || ShowsOnlyKey(call, key))
            return;
        Report(context, call, "nothing here fixes the order of the source");
    }

    // groups.Select(g => g.First()), groups.ToDictionary(g => g.Key, g => g.First()), GroupBy(k, (key, g) => g.First())
    private void CheckFirst(RuleContext context, IInvocationOperation first)
    {
        if (first.Arguments.Length != 1 || IsOnlyShown(context) || Operations.Unwrap(first.Arguments[0].Value) is not IParameterReferenceOperation { Parameter: var group }
            || Operations.Enclosing<IReturnOperation>(first) is not { ReturnedValue: { } returned } || Operations.Unwrap(returned) != first
            || Operations.Enclosing<IAnonymousFunctionOperation>(first) is not { Body.Operations.Length: 1 } lambda || !lambda.Symbol.Parameters.Contains(group, SymbolEqualityComparer.Default)
            || CallOf(lambda) is not { } user || GroupingBehind(user, context.Engine.Catalog) is not { } grouping
            || KeySelector.Of(grouping, "keySelector") is not { } key || Operations.ReceiverOf(grouping) is not { } source
            || !IsArbitrary(context, source, key) || ShowsOnlyKey(user, key))
            return;
        Report(context, first, "nothing here fixes the order of the records in the group");
    }

    private void Report(RuleContext context, IInvocationOperation call, string why)
    {
        var syntax = call.Syntax;
        var span = syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } invocation
            ? TextSpan.FromBounds(call.TargetMethod.Name.StartsWith("DistinctBy", StringComparison.Ordinal) ? member.Name.SpanStart : invocation.SpanStart, invocation.Span.End)
            : syntax.Span;
        context.Report(Info, Location.Create(syntax.SyntaxTree, span), call, isHint: true, SourceWords.OneLine(syntax.SyntaxTree.GetText().ToString(span)), why, "sort by what decides, and by a unique member last");
    }

    // What answers a request, a view or a cache with one of several and writes nothing keeps none of them. A step of a
    // pipeline hands its survivors on to a sink that this body does not show: a path or a name says that it is one.
    private static bool IsOnlyShown(RuleContext context)
    {
        if (Writes(context.Facts))
            return false;
        if (!context.IsOnPath && !context.Names.Is(context.Node.Method.Name, NameMeaning.PipelineMember) && !context.Names.Is(context.Node.Method.ContainingType?.Name, NameMeaning.PipelineMember))
            return true;
        for (var type = context.Node.Method.ContainingType; type is not null; type = type.BaseType)
        {
            if (context.Names.Is(type.Name, NameMeaning.Endpoint))
                return true;
        }

        return false;
    }

    // What comes from another method is only worth a word where the survivor is written somewhere.
    private static bool IsArbitrary(RuleContext context, IOperation source, KeySelector key)
    {
        if (key.IsWholeRecord)
            return false;
        return SequenceOrders.Of(source, context.Facts, context.Engine.Catalog) switch
        {
            SequenceOrder.Arbitrary => true,
            SequenceOrder.ArbitraryRows => !key.IsIdentity,
            SequenceOrder.Unknown => Writes(context.Facts) && (!key.IsIdentity || key.HasVersions(context.Names)),
            _ => false,
        };
    }

    private static bool Writes(BodyFacts facts) =>
        facts.Apis.Any(f => f.Api.Meaning is ApiMeaning.Append or ApiMeaning.Upsert or ApiMeaning.BulkAppend or ApiMeaning.SaveChanges)
        || facts.Sql.Any(f => f.Texts.Any(t => t.Script.Statements.Any(s => s.Kind is SqlStatementKind.Insert or SqlStatementKind.Merge or SqlStatementKind.Copy)));

    // …DistinctBy(x => x.Id).Select(x => x.Id), ….Count(): which record it was does not show.
    private static bool ShowsOnlyKey(IInvocationOperation call, KeySelector key)
    {
        var parent = call.Parent;
        while (parent is IArgumentOperation or IConversionOperation)
            parent = parent.Parent;
        if (parent is IForEachLoopOperation loop && Operations.Unwrap(loop.Collection) == call)
            return loop.Locals.All(record => ShowsOnlyKey(loop.Body, record, key, 0));
        if (parent is not IInvocationOperation next || Operations.ReceiverOf(next) is not { } source || Operations.Unwrap(source) != call)
            return false;
        if (next.TargetMethod.Name is "Count" or "LongCount" or "Any" or "CountAsync")
            return true;
        return next.TargetMethod.Name == "Select" && next.Arguments.Length == 2
            && next.Arguments[1].Value.Descendants().OfType<IParameterReferenceOperation>().All(p => p.Parent is IMemberReferenceOperation { Member.Name: var name } && key.Holds(name));
    }

    // foreach (var p in profiles.DistinctBy(p => p.Delay)) Add(p.Delay): also through another local for the same record.
    private static bool ShowsOnlyKey(IOperation body, ILocalSymbol record, KeySelector key, int depth)
    {
        foreach (var use in body.Descendants().OfType<ILocalReferenceOperation>().Where(l => Operations.SameSymbol(l.Local, record)))
        {
            if (use.Parent is IMemberReferenceOperation { Member.Name: var name } && key.Holds(name))
                continue;
            if (depth > 2 || use.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var alias } } || !ShowsOnlyKey(body, alias, key, depth + 1))
                return false;
        }

        return true;
    }

    private static IInvocationOperation? CallOf(IAnonymousFunctionOperation lambda)
    {
        IOperation? parent = lambda.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
            parent = parent.Parent;
        return parent as IInvocationOperation;
    }

    private static IInvocationOperation? GroupingBehind(IInvocationOperation call, ApiCatalog catalog)
    {
        for (var step = 0; step < 8; step++)
        {
            if (catalog.Means(call.TargetMethod, ApiMeaning.Groups))
                return call;
            if (CountsMembers(call) || Operations.ReceiverOf(call) is not { } source)
                return null;
            source = Operations.Unwrap(source);
            if (source is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } value)
                source = Operations.Unwrap(value);
            if (source is not IInvocationOperation next)
                return null;
            call = next;
        }

        return null;
    }

    // Where(g => g.Count() == 1): no duplicates are left.
    private static bool CountsMembers(IInvocationOperation call) =>
        call.TargetMethod.Name == "Where" && call.Arguments.Length == 2
        && call.Arguments[1].Value.Descendants().OfType<IBinaryOperation>().Any(b => b.OperatorKind == BinaryOperatorKind.Equals && b.RightOperand.ConstantValue is { HasValue: true, Value: 1 });
}
