using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Duplicates;

/// <summary>RERUN3004: the key by which duplicates are told differs on every run.</summary>
internal sealed class VolatileDedupKey : Rule
{
    public const string Id = "RERUN3004";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "The key that tells duplicates differs on every run",
        "'{0}' is a part of {1}, which tells duplicates, and differs when {2} {3}{4}, so that no duplicate is ever recognised; make the key from the record alone",
        Categories.Duplicates,
        DiagnosticSeverity.Warning,
        "A deduplication key must be the same for the same record, whenever and however often it is read. With a time of reading, a random value or a delivery's own number in it every copy is a new record.");

    public override void Check(RuleContext context)
    {
        foreach (var (fact, text, statement) in context.Statements(Id))
        {
            if (statement.Kind is not (SqlStatementKind.Insert or SqlStatementKind.Merge))
                continue;
            foreach (var assignment in statement.Assignments.Where(a => a.Value.Kind is SqlValueKind.Clock or SqlValueKind.Random && context.Names.Is(a.Column, NameMeaning.DedupKey)))
                Report(context, text.Source.LocationOf(assignment.Value.Span), assignment.Value.Text, assignment.Column, fact.Site);
        }

        if (context.Facts.Apis.Any(IsUnstable))
            CheckBody(context);
    }

    private void CheckBody(RuleContext context)
    {
        var index = BodyIndex.Of(context.Facts.Root);
        foreach (var symbol in index.Symbols)
        {
            foreach (var operation in index.Touching(symbol))
            {
                if (KeyIn(operation, symbol, context) is not { } key || UnstableIn(context, key.Value, key.MustMix) is not { } source)
                    continue;
                Report(context, source.Syntax.GetLocation(), source.Syntax.ToString(), key.Name, operation);
            }
        }
    }

    // var dedupKey = …; x.DedupKey = …; if (!seen.Add(…)): a set of values that are drawn on purpose holds nothing else.
    private static (IOperation Value, string Name, bool MustMix)? KeyIn(IOperation operation, ISymbol symbol, RuleContext context)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation declarator when context.Names.Is(symbol.Name, NameMeaning.DedupKey) && declarator.GetVariableInitializer()?.Value is { } initial:
                return (initial, symbol.Name, false);
            case ISimpleAssignmentOperation assignment when Operations.SameSymbol(BodyIndex.SymbolOf(assignment.Target), symbol) && context.Names.Is(symbol.Name, NameMeaning.DedupKey):
                return (assignment.Value, symbol.Name, false);
            case IInvocationOperation { TargetMethod.Name: "Contains" or "ContainsKey" or "Add" or "TryAdd", Instance: { } set, Arguments: [{ Value: var asked }, ..] } call
                when call.Type?.SpecialType == SpecialType.System_Boolean && call.Parent is not IExpressionStatementOperation
                && set.Type is INamedTypeSymbol { Name: "HashSet" or "Dictionary" or "ConcurrentDictionary" or "SortedSet" } && Operations.SameSymbol(BodyIndex.SymbolOf(set), symbol):
                return (asked, symbol.Name, true);
            default:
                return null;
        }
    }

    private static IOperation? UnstableIn(RuleContext context, IOperation value, bool mustMix)
    {
        // Once a day, once an hour: a time that is cut is a window on purpose.
        if (ClockValues.IsWholeDays(value, context.Node))
            return null;
        IOperation? found = null;
        var isMixed = false;
        foreach (var part in DecisionSources.Of(value, context.Node))
        {
            if (part is ICoalesceOperation or IConditionalOperation)
                return null;
            if (Operations.MemberOf(part) is { } member && (context.Engine.Catalog.Means(member, ApiMeaning.Random) || context.Engine.Catalog.Means(member, ApiMeaning.Clock)))
                found ??= IsCut(part) || !IsMixedIn(part) ? null : part;
            else if (part is IParameterReferenceOperation or IPropertyReferenceOperation { Instance: not null } or ILocalReferenceOperation)
                isMixed |= part is not IPropertyReferenceOperation { Property.ContainingNamespace.Name: "System" } && !HoldsUnstable(part, context);
        }

        return mustMix && !isMixed ? null : found;
    }

    private static bool HoldsUnstable(IOperation part, RuleContext context) =>
        part is ILocalReferenceOperation or IPropertyReferenceOperation
        && part.DescendantsAndSelf().Concat(part is ILocalReferenceOperation local ? Locals.ValuesOf(local.Local, local).SelectMany(v => v.DescendantsAndSelf()) : Enumerable.Empty<IOperation>())
            .Any(o => Operations.MemberOf(o) is { } member && (context.Engine.Catalog.Means(member, ApiMeaning.Random) || context.Engine.Catalog.Means(member, ApiMeaning.Clock)));

    // DateTime.UtcNow.Ticks / TimeSpan.TicksPerHour, UtcNow.Hour
    private static bool IsCut(IOperation clock)
    {
        for (var parent = clock.Parent; parent is not null and not (IBlockOperation or IArgumentOperation or IVariableInitializerOperation); parent = parent.Parent)
        {
            if (parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder or BinaryOperatorKind.IntegerDivide }
                or IPropertyReferenceOperation { Property.Name: "Hour" or "Minute" or "Date" or "Day" or "Month" or "Year" or "DayOfYear" or "DayOfWeek" }
                || (parent is IInterpolationOperation { FormatString: not null }))
                return true;
        }

        return false;
    }

    // What a project's own method is asked with decides what it finds, and is no part of its answer, unless it makes keys.
    private static bool IsMixedIn(IOperation part)
    {
        for (var parent = part.Parent; parent is not null and not (IBlockOperation or IVariableInitializerOperation or IExpressionStatementOperation); parent = parent.Parent)
        {
            if (parent is IInvocationOperation { TargetMethod: var method } && !Operations.IsInSystem(method) && !MakesKeys(method.Name))
                return false;
        }

        return true;
    }

    private static bool MakesKeys(string name) =>
        name.IndexOf("Key", StringComparison.Ordinal) >= 0 || name.IndexOf("Hash", StringComparison.Ordinal) >= 0
        || name.IndexOf("Fingerprint", StringComparison.Ordinal) >= 0 || name.IndexOf("Digest", StringComparison.Ordinal) >= 0;

    private static bool IsUnstable(ApiFact fact) => fact.Api.Meaning is ApiMeaning.Clock or ApiMeaning.Random;

    private void Report(RuleContext context, Location place, string source, string key, IOperation site)
    {
        if (context.Way() is not { } path)
            return;
        context.Report(
            Info, place, path, site, isHint: false, null,
            SourceWords.OneLine(source), key, path.RootName, path.Root.RunsAgain, path.Way);
    }
}
