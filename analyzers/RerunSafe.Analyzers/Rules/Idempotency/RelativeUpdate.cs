using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1004: a write that changes the value already there, so that each rerun changes it again.</summary>
internal sealed partial class RelativeUpdate : Rule
{
    public const string Id = "RERUN1004";

    private static readonly string[] NumberEndings = ["id", "number", "_no"];

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Relative update is applied again by a rerun",
        "'{0}' runs again when {1} {2}{3} and changes {4} once more; compute the value from the records, or record the processed input in the same transaction",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "An update such as x = x + 1 depends on the value already there. A rerun of the same input applies it again, and nobody can tell afterwards which totals are wrong.");

    public override void Check(RuleContext context)
    {
        foreach (var (fact, text, statement) in context.Statements(Id))
        {
            if (RelativeColumn(statement, context.Names) is { } column && context.Claim(statement)
                && !text.Script.Ignores.Covers(Id, statement.Span, column.Span))
                CheckSql(context, fact, text, statement, column);
        }

        foreach (var fact in context.Facts.Apis)
        {
            if (fact.Api.Meaning == ApiMeaning.Relative)
                CheckCall(context, fact);
            else if (fact.Api.Meaning == ApiMeaning.SetProperty)
                CheckSetProperty(context, fact);
        }

        CheckEntities(context);
    }

    private void CheckSql(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement, SqlColumnValue column)
    {
        if (statement.Target is not { Name: var table } target || statement.HasOpenClause || target.IsTemporary
            || context.Names.Is(table, NameMeaning.StagingTable) || context.Names.Is(table, NameMeaning.LogTable)
            || IsGuardedByItself(context, fact, text, statement)
            || DrawsNumber(text, column)
            || IsReset(text.Script, statement, column.Column)
            || context.Facts.Sql.Any(f => f != fact && f.Site.Syntax.SpanStart < fact.Site.Syntax.SpanStart && f.Texts.Any(t => IsReset(t.Script, statement, column.Column)))
            || context.Guards.HandlesUniqueViolation(fact.Site)
            || context.Way() is not { } path
            || context.Transactions.HasGuard(path, fact.Site, statement)
            || IsDecidedInTransaction(context, path, fact.Site, statement))
            return;
        var assignment = text.Script.Text.Text.Substring(column.Span.Start, Math.Min(column.Span.Length, text.Script.Text.Text.Length - column.Span.Start));
        context.Report(
            Info, text.Source.LocationOf(column.Span), path, fact.Site, isHint: false, null,
            SourceWords.OneLine(assignment), path.RootName, path.Root.RunsAgain, path.Way, table.Length == 0 ? column.Column : table + "." + column.Column);
    }

    // Redis INCR, Mongo $inc and their kin: the catalogue says that the call itself is relative.
    private void CheckCall(RuleContext context, ApiFact fact)
    {
        if (context.Names.Is(ArgumentText(fact), NameMeaning.AttemptCounter) || context.Way() is not { } path
            || context.Guards.IsDecidedByLookUp(context.Node, fact.Site, ""))
            return;
        var isElsewhere = fact.Api.Result == StoreCalls.Elsewhere;
        if (isElsewhere && !IsSeenToRepeat(context, path, fact))
            return;
        context.Report(
            Info, fact.Site.Syntax.GetLocation(), path, fact.Site, isHint: isElsewhere, null,
            fact.Member.Name, path.RootName, path.Root.RunsAgain, path.Way, ArgumentText(fact) is { Length: > 0 } name ? name : "the stored value");
    }

    // What a repository of another project looks at is out of sight: it speaks only where a record is handed in and nothing on the way decides.
    private static bool IsSeenToRepeat(RuleContext context, RerunPath path, ApiFact fact)
    {
        if (!new InputRecords(context.Engine).IsPerRecord(path, fact.Site) || StateFlips.Decide(context.Engine, path, fact.Site))
            return false;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var site = path.SiteAt(i, fact.Site);
            if (context.Guards.IsDecidedByLookUp(path.Steps[i], site, "") || context.Guards.IsDecidedByInbox(path.Steps[i], site) || Operations.Enclosing<ICatchClauseOperation>(site) is not null)
                return false;
        }

        return true;
    }

    // ExecuteUpdate(s => s.SetProperty(x => x.Count, x => x.Count + 1))
    private void CheckSetProperty(RuleContext context, ApiFact fact)
    {
        if (fact.Site is not IInvocationOperation { Arguments.Length: >= 2 } call)
            return;
        var property = PropertyIn(call.Arguments[call.Arguments.Length - 2].Value);
        if (property is null || context.Names.Is(property.Name, NameMeaning.AttemptCounter) || context.Names.Is(property.Name, NameMeaning.Version))
            return;
        var value = call.Arguments[call.Arguments.Length - 1].Value;
        var isRelative = value.Descendants().OfType<IBinaryOperation>().Any(b =>
            b.OperatorKind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide
            && b.Descendants().OfType<IPropertyReferenceOperation>().Any(p => Operations.SameSymbol(p.Property, property)));
        if (!isRelative || context.Way() is not { } path || IsDecidedInTransaction(context, path, fact.Site, null))
            return;
        context.Report(
            Info, value.Syntax.GetLocation(), path, fact.Site, isHint: false, null,
            value.Syntax.ToString(), path.RootName, path.Root.RunsAgain, path.Way, property.ContainingType.Name + "." + property.Name);
    }

    /// <summary>The column that the statement changes by its own value; null for none that matters.</summary>
    public static SqlColumnValue? RelativeColumn(SqlStatement statement, NameCatalog names)
    {
        if (statement.Effect != RerunEffect.Relative)
            return null;
        foreach (var assignment in statement.Assignments.Concat(statement.ConflictAssignments))
        {
            if (assignment.IsRelative && !names.Is(assignment.Column, NameMeaning.AttemptCounter) && !names.Is(assignment.Column, NameMeaning.Version))
                return assignment;
        }

        return null;
    }

    // UPDATE … SET n = n + 1, version = @v WHERE version = @expected; … SET done = 1, n = n + 1 WHERE done = 0.
    private static bool IsGuardedByItself(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement)
    {
        foreach (var condition in statement.Conditions)
        {
            if (context.Names.Is(condition.Column, NameMeaning.Version) && condition.Operator is "=" or "<" or "<="
                && condition.Value.Kind is SqlValueKind.Parameter or SqlValueKind.Hole or SqlValueKind.Literal)
                return !SqlParameters.IsReadAgain(context, fact, text, condition.Value);
            if (statement.Assignments.Any(a => !a.IsRelative && Guards.SameTable(a.Column, condition.Column) && EndsCondition(a.Value, condition)))
                return true;
        }

        return false;
    }

    // SET curr_id = curr_id + 1 … RETURNING curr_id: a sequence of one's own. A number that is drawn twice is only left out.
    private static bool DrawsNumber(ResolvedSql text, SqlColumnValue column)
    {
        if (!NumberEndings.Any(ending => column.Column.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || !column.Value.Text.TrimEnd().EndsWith("1", StringComparison.Ordinal))
            return false;
        var sql = text.Script.Text.Text;
        var at = sql.IndexOf("RETURNING", column.Span.Start, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && SourceWords.OneLine(sql.Substring(at + 9)).TrimStart().StartsWith(column.Column, StringComparison.OrdinalIgnoreCase);
    }

    // SET done = 1 … WHERE done = 0; SET last = @id … WHERE last <> @id: once applied, the row is no longer chosen.
    private static bool EndsCondition(SqlValue assigned, SqlCondition condition) => condition.Operator switch
    {
        "=" or "IS" or "IN" => assigned.Text != condition.Value.Text,
        "<>" or "!=" or "<" or ">" => assigned.Text == condition.Value.Text,
        _ => false,
    };

    // A processed row looked up (or inserted, or a status flipped) decides, and it commits together with the update.
    private static bool IsDecidedInTransaction(RuleContext context, RerunPath path, IOperation write, SqlStatement? statement)
    {
        if (context.Transactions.SharedWith(path, write) is null)
            return false;
        var site = write;
        for (var i = path.Steps.Count - 1; i >= 0; i--)
        {
            var isDecided = context.Guards.IsDecidedByWrite(
                path.Steps[i], site,
                s => !ReferenceEquals(s, statement) && s.Kind is SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Merge);
            if (isDecided)
                return true;
            if (i > 0)
                site = path.Sites[i - 1];
        }

        return false;
    }

    // SET n = 0 first, then n = n + … per record: the total is computed anew.
    private static bool IsReset(SqlScript script, SqlStatement statement, string column)
    {
        foreach (var earlier in script.Statements)
        {
            if (ReferenceEquals(earlier, statement))
                return false;
            if (earlier.Target is { } target && statement.Target is { } written && Guards.SameTable(target.Name, written.Name)
                && (earlier.Kind is SqlStatementKind.Delete or SqlStatementKind.Truncate
                    || (earlier.Kind == SqlStatementKind.Update && earlier.Assignments.Any(a => !a.IsRelative && Guards.SameTable(a.Column, column)))))
                return true;
        }

        return false;
    }

    private static IPropertySymbol? PropertyIn(IOperation selector) =>
        selector.DescendantsAndSelf().OfType<IPropertyReferenceOperation>().FirstOrDefault()?.Property;

    private static string? ArgumentText(ApiFact fact)
    {
        if (fact.Api.Argument.Length == 0 || Operations.ArgumentNamed(fact.Site, fact.Api.Argument) is not { } argument)
            return null;
        return argument.ConstantValue is { HasValue: true, Value: string text } ? text : argument.Syntax.ToString();
    }
}
