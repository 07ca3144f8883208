using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Whether something decides that a write does not happen twice. A guard is control dependence on a look at the same
/// set: merely running before the write is not enough.
/// </summary>
internal sealed partial class Guards
{
    private readonly Engine _engine;
    private readonly NameCatalog _names;

    public Guards(Engine engine)
    {
        _engine = engine;
        _names = engine.Catalog.Names;
    }

    /// <summary>A set in memory counts as no look-up: it is empty when the process starts again.</summary>
    public bool IgnoresSets { get; init; }

    /// <summary>The call or write at a site in a body runs only if a look-up of the table says so, or its unique violation is handled.</summary>
    public bool IsGuarded(ReachNode node, IOperation site, string table) =>
        IsDecidedByLookUp(node, site, table) || HandlesUniqueViolation(site) || IsClearedBefore(node, site, table) || WritesChosen(node, site, table);

    // Execute(sql, rows): the rows are looked through as those of a loop are.
    private bool WritesChosen(ReachNode node, IOperation site, string table)
    {
        var fact = node.Facts.Sql.FirstOrDefault(f => f.Site == site);
        if (fact is not { Api.Values.Length: > 0 } || Operations.ArgumentNamed(site, fact.Api.Values) is not { } values || !RecordLoops.IsSequence(Operations.Unwrap(values).Type))
            return false;
        return IsChosen(values, node, table) || IsOverChosen(values, node, table);
    }

    /// <summary>The rows that a call is handed (a list, a DataTable) were looked up in the table and chosen before.</summary>
    public bool HoldsChosen(ReachNode node, IOperation site, string table) =>
        site is IInvocationOperation call && call.Arguments.Any(argument =>
            argument.ArgumentKind == ArgumentKind.Explicit && RecordLoops.MayHoldRows(Operations.Unwrap(argument.Value).Type)
            && (IsChosen(argument.Value, node, table) || IsOverChosen(argument.Value, node, table) || IsFilledWithChosen(argument.Value, node, table)));

    // if (known.Contains(id)) continue; table.Rows.Add(id)
    private bool IsFilledWithChosen(IOperation rows, ReachNode node, string table)
    {
        if (Operations.Unwrap(rows) is not ILocalReferenceOperation { Type: { } type } local || type.GetMembers("Rows").FirstOrDefault() is not { } property)
            return false;
        var adds = BodyIndex.Of(local).Touching(property).OfType<IInvocationOperation>().Where(call => call is { TargetMethod.Name: "Add", Instance: IPropertyReferenceOperation { Instance: { } owner } }
            && Operations.SameSymbol(BodyIndex.SymbolOf(owner), local.Local)).ToList();
        return adds.Count > 0 && adds.All(add => IsDecidedByLookUp(node, add, table));
    }

    public bool IsDecidedByLookUp(ReachNode node, IOperation site, string table)
    {
        foreach (var condition in DecidersBefore(node, site))
        {
            // Where no table is named, any look-up decides, but not one that has to find something, nor what the found thing is like.
            if (table.Length == 0 && (FoundChecks.RequiresFound(condition, site) || FoundChecks.AsksForContent(condition)))
                continue;
            if (Looks(condition, node, table) || LooksAtEarlierInsert(condition, node, site, table))
                return true;
        }

        return false;
    }

    // if (!exists in orders) { insert orders; insert outgoing }: the first insert closes the branch to the next run.
    private bool LooksAtEarlierInsert(IOperation condition, ReachNode node, IOperation site, string table) =>
        node.Facts.Sql.Any(earlier => Precedes(earlier.Site, site)
            && earlier.Texts.Any(t => t.Script.Statements.Any(s => s.Kind == SqlStatementKind.Insert && s.Target is { Name.Length: > 0 } target
                && !SameTable(target.Name, table) && Looks(condition, node, target.Name)))
            && DecidersBefore(node, earlier.Site).Contains(condition));

    // What is asked behind the write decides about the next round only.
    private static IEnumerable<IOperation> DecidersBefore(ReachNode node, IOperation site) => node.Facts.Flow.Deciders(site).Where(condition => condition.Syntax.SpanStart <= site.Syntax.SpanStart);

    /// <summary>What a write in the same run reported (rows affected) decides.</summary>
    public bool IsDecidedByWrite(ReachNode node, IOperation site, Func<SqlStatement, bool> isGuardRow)
    {
        foreach (var condition in DecidersBefore(node, site))
        {
            foreach (var source in DecisionSources.Of(condition, node))
            {
                if (StatementsOf(source, node).Any(isGuardRow))
                    return true;
            }
        }

        return false;
    }

    /// <summary>A catch around the site handles the violation of a unique key: the row is already there.</summary>
    public bool HandlesUniqueViolation(IOperation site)
    {
        for (var attempt = Operations.Enclosing<ITryOperation>(site); attempt is not null; attempt = Operations.Enclosing<ITryOperation>(attempt))
        {
            if (Operations.Encloses(attempt.Body, site) && attempt.Catches.Any(IsForUniqueViolation))
                return true;
        }

        return false;
    }

    public bool IsForUniqueViolation(ICatchClauseOperation clause) => IsOnlyForUniqueViolation(clause)
        || (clause.Filter is null && clause.Handler.Descendants().OfType<IConditionalOperation>().Any(c => AsksForUniqueViolation(c.Condition)));

    /// <summary>A catch around the site takes what may be such a violation (DbUpdateException) and goes on: whether it is one, the code does not ask.</summary>
    public bool MayHandleUniqueViolation(IOperation site)
    {
        for (var attempt = Operations.Enclosing<ITryOperation>(site); attempt is not null; attempt = Operations.Enclosing<ITryOperation>(attempt))
        {
            if (Operations.Encloses(attempt.Body, site) && attempt.Catches.Any(IsBroad))
                return true;
        }

        return false;

        bool IsBroad(ICatchClauseOperation clause) =>
            clause.ExceptionType is { } type && _engine.Catalog.ExceptionsOf(type).Any(e => e.Meaning == ExceptionMeaning.MayBeUniqueViolation)
            && !clause.Handler.Descendants().Any(o => o is IThrowOperation);
    }

    /// <summary>The clause catches nothing else: by its type or its filter.</summary>
    public bool IsOnlyForUniqueViolation(ICatchClauseOperation clause) =>
        (clause.ExceptionType is { } type && (_names.Is(type.Name, NameMeaning.UniqueViolation) || _engine.Catalog.ExceptionsOf(type).Any(e => e.Meaning == ExceptionMeaning.UniqueViolation && e.Member.Length == 0)))
        || (clause.Filter is { } filter && AsksForUniqueViolation(filter));

    /// <summary>A condition that tells a unique violation from other failures.</summary>
    public bool AsksForUniqueViolation(IOperation condition) => condition.DescendantsAndSelf().Any(NamesUniqueViolation);

    /// <summary>Rows of the table are removed earlier on the way: the write loads the slice anew (in one transaction or not is another rule's question).</summary>
    public bool IsClearedBefore(ReachNode node, IOperation site, string table)
    {
        foreach (var sql in node.Facts.Sql)
        {
            if (Precedes(sql.Site, site) && sql.Texts.Any(t => t.Script.Statements.Any(s => Clears(s, table))))
                return true;
        }

        foreach (var call in node.Facts.Calls)
        {
            if (call.Site != site && Precedes(call.Site, site) && _engine.Effects.Of(call.Target).Statements.Any(s => Clears(s, table)))
                return true;
        }

        return IsSetClearedBefore(node, site, table);
    }

    public static bool SameTable(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static bool Clears(SqlStatement statement, string table) =>
        statement.Kind is SqlStatementKind.Delete or SqlStatementKind.Truncate or SqlStatementKind.Drop
            or SqlStatementKind.CreateTable && !(statement.Kind == SqlStatementKind.CreateTable && statement.IfNotExists)
        && (statement.Target is not { Name.Length: > 0 } target || SameTable(target.Name, table));

    // Earlier in the source, and not in the other branch of the same choice.
    public static bool Precedes(IOperation first, IOperation second)
    {
        if (first == second || first.Syntax.SpanStart >= second.Syntax.SpanStart)
            return false;
        var ancestors = new HashSet<IOperation>();
        for (IOperation? o = second; o is not null; o = o.Parent)
            ancestors.Add(o);
        for (var o = first.Parent; o is not null; o = o.Parent)
        {
            if (!ancestors.Contains(o))
                continue;

            // if (await Clear()) Load(): what a condition runs comes before both branches.
            return o switch
            {
                IConditionalOperation choice => Operations.Encloses(choice.Condition, first),
                ISwitchOperation { Value: var value } => Operations.Encloses(value, first),
                ISwitchExpressionOperation { Value: var value } => Operations.Encloses(value, first),
                _ => true,
            };
        }

        return false;
    }

    private bool Looks(IOperation condition, ReachNode node, string table) => IsOwnConditionOfLoop(condition)
        ? IsChosen(condition, node, table) || IsOverChosen(condition, node, table)
        : DecisionSources.Of(condition, node).Any(source => IsLook(source, node, table));

    // A filter on the way of a sequence asks what is there already.
    private bool IsChosen(IOperation sequence, ReachNode node, string table) =>
        DecisionSources.Of(sequence, node).Any(source => IsFilter(source) && DecisionSources.Of(source, node).Any(inner => IsLook(inner, node, table)));

    // foreach (var row in missing): the list holds what a look-up chose, because each Add to it stood behind one. What a
    // field holds was put there elsewhere, for a reason that does not show here.
    private bool IsOverChosen(IOperation collection, ReachNode node, string table, int callers = 1)
    {
        switch (Operations.Unwrap(collection))
        {
            // for (i = 0; i < missing.Count; i++)
            case IBinaryOperation { RightOperand: var limit } when Operations.Unwrap(limit) is IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } counted }:
                return IsOverChosen(counted, node, table, callers);
            case ILocalReferenceOperation local:
                var adds = BodyIndex.Of(local).Touching(local.Local).OfType<IInvocationOperation>().Where(call => call.TargetMethod.Name is "Add" or "Enqueue" or "Push").ToList();
                return adds.Count > 0 && adds.All(add => node.Facts.Flow.Deciders(add).Any(decider =>
                    !IsOwnConditionOfLoop(decider) && DecisionSources.Of(decider, node).Any(source => IsLook(source, node, table))));
            case IParameterReferenceOperation parameter when callers > 0 && node.Callers.Count > 0:
                return node.Callers.All(caller => Operations.ArgumentNamed(caller.Site, parameter.Parameter.Name) is { } argument
                    && IsOverChosen(argument, caller.Caller, table, callers - 1));
            case IFieldReferenceOperation field:
                return !field.Field.IsReadOnly || _engine.InitializerOf(field.Field) is IObjectCreationOperation;
            default:
                return false;
        }
    }

    private bool IsLook(IOperation source, ReachNode node, string table) => source switch
    {
        IInvocationOperation call => StatementsOf(call, node).Any(s => LooksAt(s, table)) || IsLookUp(call, node, table) || (!IgnoresSets && IsMembership(call)) || IsQueryOf(call, table),
        IBinaryOperation comparison => ComparesIdentityWithDefault(comparison) || AsksForState(comparison),
        _ => IsQueryOf(source, table),
    };

    // That there is a next record is no guard. What a filter left out of the sequence is.
    private static bool IsOwnConditionOfLoop(IOperation condition)
    {
        var child = condition;
        for (var parent = condition.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IForEachLoopOperation each:
                    return each.Collection == child;
                case IWhileLoopOperation loop:
                    return loop.Condition == child;
                case IForLoopOperation loop:
                    return loop.Condition == child;
                case IBlockOperation or IConditionalOperation or IAnonymousFunctionOperation:
                    return false;
            }
        }

        return false;
    }

    private static bool IsFilter(IOperation source) =>
        source is IAnonymousFunctionOperation
        || (source is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Except" or "ExceptBy" or "ExceptWith" or "GroupJoin" or "LeftJoin" } call } argument && call.Arguments.IndexOf(argument) > 0);

    // A source may stand in a caller's body: what it passes for a parameter.
    private IEnumerable<SqlStatement> StatementsOf(IOperation source, ReachNode node)
    {
        if (source is not IInvocationOperation call)
            return [];
        var own = node.Facts.Sql.Concat(node.Callers.SelectMany(c => c.Caller.Facts.Sql)).Where(f => f.Site == call).SelectMany(f => f.Texts).SelectMany(t => t.Script.Statements);
        return !call.TargetMethod.IsAbstract && !_engine.IsDeclaredHere(call.TargetMethod)
            ? own
            : own.Concat(_engine.Effects.Of(call.TargetMethod).Statements);
    }

    private bool LooksAt(SqlStatement statement, string table) => statement.Kind switch
    {
        SqlStatementKind.Select => (statement.Sources.IsEmpty && !statement.TakesLock)
            || statement.Sources.Any(s => s.Name.Length == 0 || SameTable(s.Name, table) || _names.Is(s.Name, NameMeaning.GuardTable)),

        // UPDATE … ; if (rows == 0) INSERT …
        SqlStatementKind.Update or SqlStatementKind.Merge => statement.Target is { } target && SameTable(target.Name, table),
        SqlStatementKind.Call => true,
        _ => false,
    };

    // known.Contains(key): a set that was handed in or kept may hold what is in the sink; one that starts empty here does not.
    private static bool IsMembership(IInvocationOperation call)
    {
        if (call is not { Instance: { } instance, TargetMethod.Name: "Contains" or "ContainsKey" or "TryGetValue" } || call.TargetMethod.ContainingType.SpecialType == SpecialType.System_String)
            return false;
        return Operations.Unwrap(instance) is not ILocalReferenceOperation;
    }

    // if (order.Id == 0) insert; else update: the store gave the identity on the first run.
    private static bool ComparesIdentityWithDefault(IBinaryOperation comparison)
    {
        if (comparison.OperatorKind is not (BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThan))
            return false;
        return (IsIdentity(comparison.LeftOperand) && IsDefault(comparison.RightOperand)) || (IsIdentity(comparison.RightOperand) && IsDefault(comparison.LeftOperand));
    }

    private static bool IsIdentity(IOperation operation) =>
        Operations.Unwrap(operation) is IPropertyReferenceOperation { Property.Name: var name }
        && (name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("ID", StringComparison.Ordinal) || name.EndsWith("Key", StringComparison.Ordinal));

    private static bool IsDefault(IOperation operation) => Operations.Unwrap(operation) is var value
        && (value.ConstantValue is { HasValue: true, Value: null or 0 or 0L or (short)0 or "" } || value is IFieldReferenceOperation { Field.Name: "Empty" } or IDefaultValueOperation);

    private bool NamesUniqueViolation(IOperation operation)
    {
        if (operation.ConstantValue is { HasValue: true, Value: { } constant } && _engine.UniqueViolationCodes.Contains(constant.ToString()!))
            return true;
        return Operations.MemberOf(operation) is { } member
            && (_engine.UniqueViolationCodes.Contains(member.Name) || _names.Is(member.Name, NameMeaning.UniqueViolation));
    }
}
