using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Walks a body once and notes everything that a rule may ask for.</summary>
internal sealed partial class FactCollector
{
    /// <summary>Of a body with more operations than this, some 40,000 lines, only the beginning is read; RERUN0003 says so.</summary>
    public const int MaxOperations = 500_000;

    private readonly Engine _engine;
    private readonly ApiCatalog _catalog;
    private bool _mayReadRecords = true;

    public FactCollector(Engine engine)
    {
        _engine = engine;
        _catalog = engine.Catalog;
    }

    public BodyFacts Collect(IMethodSymbol method, IOperation root, SemanticModel model, CancellationToken cancellation)
    {
        // A lambda's symbol has no sketch: it stands in the member that was asked about first.
        if (method.MethodKind != MethodKind.AnonymousFunction)
            _mayReadRecords = _engine.Relevance.MayReadRecords(method);
        var facts = new BodyFacts(method, root, model);
        var work = new List<IOperation> { root };
        for (var count = 0; work.Count > 0; count++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (count > MaxOperations)
            {
                facts.IsCut = true;
                break;
            }

            var operation = work[work.Count - 1];
            work.RemoveAt(work.Count - 1);
            if (operation is IAnonymousFunctionOperation lambda && lambda != root && RootOf(lambda) is { } made)
            {
                facts.RootLambdas.Add((made, Collect(lambda.Symbol, lambda, model, cancellation)));
                continue;
            }

            Visit(operation, facts);
            var first = work.Count;
            foreach (var child in operation.ChildOperations)
                work.Add(child);

            // Source order matters to readers of the facts: the first child must come off first.
            if (work.Count - first > 1)
                work.Reverse(first, work.Count - first);
        }

        return facts;
    }

    private void Visit(IOperation operation, BodyFacts facts)
    {
        switch (operation)
        {
            case IInvocationOperation invocation:
                VisitInvocation(invocation, facts);
                break;
            case IObjectCreationOperation { Constructor: { } constructor } creation:
                AddApis(creation, constructor, facts);
                AddCall(creation, constructor, facts);
                if (_mayReadRecords && PerRecordCalls.Find(creation, _catalog) is { } block)
                    facts.RecordLoops.Add(block);
                break;
            case IPropertyReferenceOperation property:
                VisitProperty(property, facts);
                break;
            case IMethodReferenceOperation reference when !IsRootHandler(reference, facts):
                AddCall(reference, reference.Method, facts);
                break;
            case IEventAssignmentOperation assignment:
                VisitEvent(assignment, facts);
                break;
            case ILoopOperation loop:
                facts.Loops.Add(loop);
                if (_mayReadRecords && RecordLoops.Find(loop, _catalog) is { } recordLoop)
                    facts.RecordLoops.Add(recordLoop);
                break;
            case IAssignmentOperation assignment:
                facts.AssignsState |= assignment is { Target: IMemberReferenceOperation or IArrayElementReferenceOperation, Parent: IExpressionStatementOperation };
                AddChange(assignment, assignment.Target, facts);
                break;
            case IIncrementOrDecrementOperation increment:
                AddChange(increment, increment.Target, facts);
                break;
            case IThrowOperation:
                facts.HasThrow = true;
                break;
            case IInvalidOperation or IDynamicInvocationOperation:
                AddHandedOut(operation, facts);
                break;
            case ICatchClauseOperation clause:
                facts.Catches.Add(clause);
                break;
        }
    }

    private void VisitInvocation(IInvocationOperation invocation, BodyFacts facts)
    {
        var method = invocation.TargetMethod;
        var known = false;
        foreach (var entry in EntriesAt(invocation, method))
        {
            known = true;
            if (entry.Meaning == ApiMeaning.ExecuteSql)
                AddSql(invocation, entry, facts);
            else if (entry.Meaning == ApiMeaning.Schedule)
                AddSchedule(invocation, entry, facts);
            else
                facts.Apis.Add(new ApiFact(invocation, entry, method));
        }

        AddCall(invocation, method, facts);
        if (FailedChecks.KindOf(invocation, _catalog) is not null)
            facts.Checks.Add(invocation);
        if (_mayReadRecords && PerRecordCalls.Find(invocation, _catalog) is { } perRecord)
            facts.RecordLoops.Add(perRecord);
        facts.AsksSet |= SeenSets.FieldAsked(invocation) is not null;
        if (known)
            return;
        AddHandedOut(invocation, facts);
        AddToCollection(invocation, facts);
        AddToStore(invocation, facts);
        AddOwnClock(invocation, method, facts);
        if (ClockBounds.MayBeBounded(invocation, _catalog))
            facts.BoundedCalls.Add(invocation);
        AddWrappedSql(invocation, method, facts);
        if (_catalog.Names.Is(method.Name, NameMeaning.ScheduleMember))
            AddSchedule(invocation, OwnScheduler, facts);
        if (Subscribes(method))
            AddSubscribed(invocation, facts);
    }

    private void AddApis(IOperation site, ISymbol member, BodyFacts facts)
    {
        foreach (var entry in EntriesAt(site, member))
            facts.Apis.Add(new ApiFact(site, entry, member));
    }

    // What depends on an argument's value is known at the call only.
    private ImmutableArray<ApiEntry> EntriesAt(IOperation site, ISymbol member)
    {
        var entries = _catalog.Find(member);
        foreach (var entry in _catalog.FindConditional(member))
        {
            if (ArgumentCondition.Holds(entry.When, site, _engine.Settings))
                entries = entries.Add(entry);
        }

        return entries;
    }

    private void AddCall(IOperation site, IMethodSymbol method, BodyFacts facts)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
            return;
        var target = (method.ReducedFrom ?? method).OriginalDefinition;
        if (target.IsAbstract || _engine.IsDeclaredHere(target))
            facts.Calls.Add(new CallFact(target, site));
        if (site is not IInvocationOperation call)
            return;
        foreach (var handler in _engine.Handlers.Of(call))
            facts.Calls.Add(new CallFact(handler, site));
    }

    private void AddSql(IInvocationOperation site, ApiEntry entry, BodyFacts facts)
    {
        var texts = new CommandTexts(_engine).Resolve(site, entry);
        var scripts = Read(texts, _engine.DialectOf(site));
        if (scripts.Length > 0)
            facts.Sql.Add(new SqlFact(site, entry, scripts, site.TargetMethod));
    }

    // A helper that runs its argument as SQL: of this compilation, where its body shows it, or of another one, where its
    // name says so and the argument is a statement that writes.
    private void AddWrappedSql(IInvocationOperation site, IMethodSymbol method, BodyFacts facts)
    {
        var mayRun = method.MethodKind == MethodKind.LocalFunction || _engine.Relevance.MayRunText(method.Name);
        if (!mayRun && !_catalog.Names.Is(method.Name, NameMeaning.SqlMember))
            return;
        var isHere = _engine.IsDeclaredHere(method) && !_engine.Implementations.Of(method).IsEmpty;
        if (isHere ? !mayRun : !_catalog.Names.Is(method.Name, NameMeaning.SqlMember))
            return;
        foreach (var argument in site.Arguments)
        {
            if (argument.Parameter is not { } parameter)
                continue;
            var isText = parameter.Type.SpecialType == SpecialType.System_String;
            if (!isText && !(isHere && SqlWrappers.IsCommand(parameter.Type)))
                continue;
            var texts = isText ? _engine.Texts.ResolveOrFile(argument.Value) : new CommandTexts(_engine).OfCommand(argument.Value, site);
            if (!texts.Any(t => SqlReader.MayBeSql(t.Text)))
                continue;
            var run = isHere ? _engine.SqlRunBy(method, parameter.Ordinal) : (UnknownHelper, SqlDialect.Generic);
            if (run is not { } inner)
                continue;
            var scripts = Read(texts, inner.Dialect != SqlDialect.Generic ? inner.Dialect : _engine.DialectOf(site));
            if (scripts.Length > 0)
                facts.Sql.Add(new SqlFact(site, inner.Api, scripts, method));
        }
    }

    private static ApiEntry UnknownHelper { get; } = new() { Meaning = ApiMeaning.ExecuteSql };

    private static ImmutableArray<ResolvedSql> Read(ImmutableArray<ResolvedText> texts, SqlDialect dialect)
    {
        var scripts = ImmutableArray.CreateBuilder<ResolvedSql>();
        foreach (var text in texts)
        {
            if (SqlReader.MayBeSql(text.Text))
                scripts.Add(new ResolvedSql(text, SqlScript.Read(new SqlText(text.Text, dialect))));
        }

        return scripts.ToImmutable();
    }

    private void AddSchedule(IInvocationOperation site, ApiEntry entry, BodyFacts facts)
    {
        var root = ScheduledBy(entry);
        foreach (var argument in site.Arguments)
        {
            // RecurringJob.AddOrUpdate<Job>(j => j.Run()): an expression tree; what it calls is what the scheduler runs.
            foreach (var inner in argument.Value.DescendantsAndSelf())
            {
                if (inner is IAnonymousFunctionOperation && argument.Value.Type is INamedTypeSymbol { Name: "Expression" })
                {
                    foreach (var call in inner.Descendants().OfType<IInvocationOperation>())
                        facts.Roots.Add(new RootFact(root, call.TargetMethod.OriginalDefinition, null, site));
                }
                else if (inner is IMethodReferenceOperation reference && entry != OwnScheduler)
                {
                    facts.Roots.Add(new RootFact(root, reference.Method.OriginalDefinition, null, site));
                }
            }
        }

        foreach (var type in site.TargetMethod.TypeArguments)
            AddScheduledType(type, root, site, facts);
    }

    // A project's own interface over its scheduler: EnqueueAsync<ImportJob>(job => job.RunAsync(id)).
    private static ApiEntry OwnScheduler { get; } = new() { Meaning = ApiMeaning.Schedule };

    // Schedule<ImportJob>(): the job type's own entry points are roots already where the framework's interface is known.
    private void AddScheduledType(ITypeSymbol type, RootEntry root, IOperation site, BodyFacts facts)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method && _catalog.FindRoot(method) is not null)
                facts.Roots.Add(new RootFact(root, method.OriginalDefinition, null, site));
        }
    }
}
