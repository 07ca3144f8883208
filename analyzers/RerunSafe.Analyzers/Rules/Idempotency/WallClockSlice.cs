using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1006: "now" decides which slice a run reads, or where its records land.</summary>
internal sealed class WallClockSlice : Rule
{
    public const string Id = "RERUN1006";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "The wall clock decides the slice",
        "'{0}' decides {1} when {2} runs; the same input {3} on another day {4}{5}, so pass the date in or take it from the record",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "A rerun on another day reads another slice, or puts the same records somewhere else. Which slice a run works on is an input of the run, not the time at which it happens to run.");

    public override void Check(RuleContext context)
    {
        var clocks = new ClockValues(context.Engine);
        foreach (var (fact, text, statement) in context.Statements(Id))
            CheckStatement(context, clocks, fact, text, statement);
        foreach (var fact in context.Facts.Sql)
        {
            if (fact.Texts.Any(FailureHandling.Writes))
                CheckDeciders(context, clocks, fact);
        }

        foreach (var fact in context.Facts.Apis)
        {
            if (fact.Api.Meaning is ApiMeaning.ReadsFile or ApiMeaning.WritesFile or ApiMeaning.NamesObject)
                CheckFile(context, clocks, fact);
            else if (fact.Api.Meaning == ApiMeaning.BindParameter)
                CheckParameter(context, clocks, fact);
        }

        foreach (var bound in ClockBounds.In(context.Facts, context.Engine))
            CheckValue(context, clocks, null, bound.Value, "which records are read", mustBeDays: true, bound.Site, isHint: true);
        foreach (var (value, query) in ClockFilters.In(context.Facts, context.Engine))
            CheckValue(context, clocks, null, value, "which records are read", mustBeDays: true, query, isHint: true);
    }

    private void CheckStatement(RuleContext context, ClockValues clocks, SqlFact fact, ResolvedSql text, SqlStatement statement)
    {
        if (IsExempt(statement, context.Names))
            return;
        foreach (var condition in statement.ClockConditions)
        {
            if (DecidesSlice(condition, statement, context.Names) && !(IsWindow(condition, context.Names) && IsOfYears(text, condition)))
                Report(context, fact, text.Source.LocationOf(condition.Span), OneLine(text, condition.Span), Reads(statement), fact.Site, IsWindow(condition, context.Names));
        }

        foreach (var condition in statement.Conditions)
        {
            if (!DecidesSlice(condition, statement, context.Names))
                continue;
            foreach (var bound in SqlParameters.BoundsOf(condition))
            {
                if (SqlParameters.ValueOf(context, fact, text, bound) is { } value)
                    CheckValue(context, clocks, fact, value, Reads(statement), mustBeDays: !context.Names.Is(condition.Column, NameMeaning.Slice), isHint: IsWindow(condition, context.Names));
            }
        }

        if (statement.Kind is not (SqlStatementKind.Insert or SqlStatementKind.Merge))
            return;
        foreach (var assignment in statement.Assignments)
        {
            if (!IsSliceColumn(context.Names, statement, assignment.Column))
                continue;
            if (assignment.Value.Kind == SqlValueKind.Clock)
                Report(context, fact, text.Source.LocationOf(assignment.Value.Span), OneLine(text, assignment.Value.Span), Lands(assignment.Column), fact.Site);
            else if (SqlParameters.ValueOf(context, fact, text, assignment.Value) is { } value)
                CheckValue(context, clocks, fact, value, Lands(assignment.Column), mustBeDays: false);
        }

        // INSERT INTO events_{DateTime.UtcNow:yyyyMM}
        if (statement.Target is { } target && text.Script.Text.Text.IndexOf(SqlText.Hole, target.Span.Start, target.Span.Length) is >= 0 and var hole
            && text.Source.HoleAt(hole) is { } name)
            CheckValue(context, clocks, fact, name, "which table the records land in", mustBeDays: false);
    }

    // if (record.Day == DateTime.Today) insert: after midnight the rest of the same input is left out.
    private void CheckDeciders(RuleContext context, ClockValues clocks, SqlFact fact)
    {
        foreach (var decider in context.Facts.Flow.Deciders(fact.Site))
        {
            foreach (var part in decider.DescendantsAndSelf())
            {
                if (part is not IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison)
                    continue;
                foreach (var side in new[] { comparison.LeftOperand, comparison.RightOperand })
                {
                    var other = side == comparison.LeftOperand ? comparison.RightOperand : comparison.LeftOperand;
                    if (!other.ConstantValue.HasValue && clocks.ClockBehind(other, context.Node) is null)
                        CheckValue(context, clocks, fact, side, "which records are written", mustBeDays: true);
                }
            }
        }
    }

    // EXEC load_day @run_date = today: what the procedure does with it cannot be seen, its name is all there is.
    private void CheckParameter(RuleContext context, ClockValues clocks, ApiFact fact)
    {
        if (Operations.ArgumentNamed(fact.Site, fact.Api.Name)?.ConstantValue is not { HasValue: true, Value: string text } || text.TrimStart('@', ':', '$') is not { Length: > 0 } name
            || context.Names.IsAny(name, NameMeaning.AuditTime, NameMeaning.DueTime) || !context.Names.IsAny(name, NameMeaning.Slice, NameMeaning.RangeBound)
            || Operations.ArgumentNamed(fact.Site, fact.Api.Argument) is not { } value
            || context.Facts.Sql.Any(sql => sql.Texts.Any(t => t.Source.Text.IndexOf(name, StringComparison.OrdinalIgnoreCase) >= 0)))
            return;
        CheckValue(context, clocks, null, value, "which records the procedure works on", mustBeDays: true, fact.Site, isHint: true);
    }

    private void CheckFile(RuleContext context, ClockValues clocks, ApiFact fact)
    {
        if (Operations.ArgumentNamed(fact.Site, fact.Api.Argument) is not { } path)
            return;
        foreach (var (view, through) in CallerViews.Of(context.Node, path))
        {
            if (clocks.ClockBehind(path, view) is not { } clock || !ClockValues.IsWholeDays(path, view, clock) || IsLogOrTemporary(context, path, view)
                || (fact.Api.Meaning == ApiMeaning.NamesObject && !new WrittenIdentities(context.Engine).IsWritten(fact, context.Node))
                || RerunPaths.WayTo(context.Node, (_, site) => CallerViews.PassesBy(through, context.Node, site)) is not { } way || !context.Claim(through ?? fact.Site))
                continue;
            context.Claim(fact.Site);
            var what = fact.Api.Meaning switch { ApiMeaning.ReadsFile => "which file is read", ApiMeaning.NamesObject => "the name under which the records land", _ => "which file the records land in" };
            context.Report(
                Info, clock.Syntax.GetLocation(), way, fact.Site, isHint: false, null,
                clock.Syntax.ToString(), what, way.RootName, "run again", Consequence(what), way.Way);
        }
    }

    private void CheckValue(RuleContext context, ClockValues clocks, SqlFact? fact, IOperation value, string what, bool mustBeDays, IOperation? site = null, bool isHint = false)
    {
        if (clocks.ClockBehind(value, context.Node) is not { } clock || (mustBeDays && !ClockValues.IsWholeDays(value, context.Node)))
            return;
        Report(context, fact, clock.Syntax.GetLocation(), clock.Syntax.ToString(), what, site ?? fact!.Site, isHint);
    }

    // "The last seven days" is what a report means and what a load must not: a suggestion, no more.
    private static bool IsWindow(SqlCondition condition, NameCatalog names) =>
        condition.Operator is ">" or ">=" && !names.Is(condition.Column, NameMeaning.Slice);

    // "The last three years" leaves out what nobody asks for any more.
    private static bool IsOfYears(ResolvedSql text, SqlCondition condition) =>
        OneLine(text, condition.Span).Split(' ', '(', ')', ',', '\'').Any(word => word.ToUpperInvariant() is "YEAR" or "YEARS" or "YY" or "YYYY");

    private void Report(RuleContext context, SqlFact? fact, Location place, string clock, string what, IOperation site, bool isHint = false)
    {
        if (context.Way() is not { } path)
            return;
        context.Report(
            Info, place, path, fact?.Site ?? site, isHint, null,
            clock, what, path.RootName, "run again", Consequence(what), path.Way);
    }

    private static string Consequence(string what) => what switch
    {
        "which rows are deleted" => "deletes another slice",
        "which rows are changed" => "changes another slice",
        "which records are written" => "writes other records",
        "which records the procedure works on" => "works on another slice",
        _ => what.EndsWith("read", StringComparison.Ordinal) ? "reads another slice" : "lands in another slice",
    };

    private static string Reads(SqlStatement statement) => statement.Kind switch
    {
        SqlStatementKind.Select or SqlStatementKind.Insert or SqlStatementKind.Merge => "which rows are read",
        SqlStatementKind.Delete => "which rows are deleted",
        _ => "which rows are changed",
    };

    private static string Lands(string column) => $"the {column} under which the records land";

    // Retention (DELETE … < cutoff), work that is due (due_at <= now), expiry: the clock is the question there.
    private static bool DecidesSlice(SqlCondition condition, SqlStatement statement, NameCatalog names)
    {
        if (condition.Column.Length == 0 || names.IsAny(condition.Column, NameMeaning.DueTime, NameMeaning.Status))
            return false;
        return condition.Operator switch
        {
            "=" or "==" or "IN" or "BETWEEN" => true,
            ">=" or ">" => statement.Kind is SqlStatementKind.Select or SqlStatementKind.Insert or SqlStatementKind.Merge or SqlStatementKind.Delete,
            _ => false,
        };
    }

    private static bool IsSliceColumn(NameCatalog names, SqlStatement statement, string column) =>
        !names.IsAny(column, NameMeaning.AuditTime, NameMeaning.DueTime) && !names.Is(column, NameMeaning.DedupKey)
        && (names.Is(column, NameMeaning.Slice) || statement.ConflictColumns.Contains(column, StringComparer.OrdinalIgnoreCase));

    private static bool IsExempt(SqlStatement statement, NameCatalog names) =>
        statement.Target is { } target
        && (target.IsTemporary || names.Is(target.Name, NameMeaning.LogTable) || names.Is(target.Name, NameMeaning.DeadLetter) || names.Is(target.Name, NameMeaning.GuardTable));

    private static bool IsLogOrTemporary(RuleContext context, IOperation path, ReachNode view)
    {
        foreach (var source in DecisionSources.Of(path, view))
        {
            var name = source.ConstantValue is { HasValue: true, Value: string text } ? text : BodyIndex.SymbolOf(source)?.Name;
            if (context.Names.IsAny(name, NameMeaning.LogPath, NameMeaning.TemporaryPath) || context.Names.Is(name, NameMeaning.OwnCopyPath))
                return true;
        }

        return false;
    }

    private static string OneLine(ResolvedSql text, SqlSpan span)
    {
        var sql = text.Script.Text.Text;
        var part = sql.Substring(span.Start, Math.Min(span.Length, sql.Length - span.Start)).Replace(SqlText.Hole, '…');
        return SourceWords.OneLine(part);
    }
}
