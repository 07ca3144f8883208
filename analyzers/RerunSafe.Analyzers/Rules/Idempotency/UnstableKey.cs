using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1005: what is written gets a new identity on every run, so that no rerun meets what the first run wrote.</summary>
internal sealed class UnstableKey : Rule
{
    public const string Id = "RERUN1005";

    private const int MaxShown = 60;

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "The key is a new one on every run",
        "'{0}' gives {2} another {1} each time: when {3} {4}{5}, the same input is written once more; derive the key from the input, or look the record up before",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "A key that is drawn anew on each run never meets the row, document, file or message of the run before: the same input is there twice, and no unique key, upsert or duplicate detection can tell.");

    public override void Check(RuleContext context)
    {
        var identities = new WrittenIdentities(context.Engine);
        foreach (var (fact, text, statement) in context.Facts.Statements())
            CheckStatement(context, fact, text, statement);

        foreach (var fact in context.Facts.Apis.Concat(context.Engine.Forwarders.CalledIn(context.Facts)))
        {
            if (fact.Api.Meaning == ApiMeaning.Append && AppendForwarders.IsForwarded(fact))
                continue;
            foreach (var written in identities.Of(fact, context.Node))
                CheckWritten(context, fact, written);
        }

        CheckOutputs(context);
    }

    // [BlobOutput("orders/{rand-guid}.json")]: a schedule may mean to leave one object per run, a record does not.
    private void CheckOutputs(RuleContext context)
    {
        if (context.Node.Root is not { } root)
            return;
        foreach (var (attribute, drawn) in OutputNames.Of(context.Node.Method, context.Engine))
        {
            if (attribute.ApplicationSyntaxReference?.GetSyntax() is { } syntax && context.Way() is { } path)
            {
                context.Report(
                    Info, syntax.GetLocation(), path, context.Facts.Root, isHint: !root.PerRecord, null,
                    drawn, "name", attribute.AttributeClass!.Name, path.RootName, root.RunsAgain, path.Way);
            }
        }
    }

    private void CheckStatement(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement)
    {
        if (statement.Kind is not (SqlStatementKind.Insert or SqlStatementKind.Merge) || statement.HasOpenClause || statement.Target is not { Name.Length: > 0 } target
            || RandomKey(context, fact, text, statement) is not { } key || !context.Claim(statement))
            return;
        if (RuleContext.IsIgnored(Id, text, statement) || !RepeatedInserts.IsRepeated(context, fact, text, statement) || WayTo(context, key.Made, null, target.Name, []) is not { } path
            || context.Transactions.HasGuard(path, fact.Site, statement))
            return;
        var place = key.Source is { } source ? PlaceOf(source, path, fact.Site) : text.Source.LocationOf(key.Column.Value.Span);
        var shown = key.Source?.Syntax.ToString() ?? key.Column.Value.Text.Replace(SqlText.Hole, '…');
        context.Report(
            Info, place, path, fact.Site, isHint: StateFlips.Decide(context.Engine, path, fact.Site), null,
            SourceWords.OneLine(shown, MaxShown), key.Column.Column, SqlWords.Head(text.Script, statement), path.RootName, path.Root.RunsAgain, path.Way);
    }

    private void CheckWritten(RuleContext context, ApiFact fact, WrittenIdentity written)
    {
        var noun = written.Noun;
        var isElsewhere = fact.Api.Result == StoreCalls.Elsewhere;
        if (!context.Claim(fact.Site))
            return;
        if (SinkNames.IsExempt(new SqlName("", noun, default, IsTemporary: false), context.Names)
            || context.Guards.IsGuarded(context.Node, fact.Site, noun) || context.Guards.HoldsChosen(context.Node, fact.Site, noun)
            || (written.Made is { } made && context.Guards.IsDecidedByLookUp(made.Node, made.Creation, noun))
            || WayTo(context, written.Made, written.Through, noun, fact.Api.Result is "tracked" or "tracked-replaces" ? context.Guards.StoredWith(context.Facts) : []) is not { } path
            || (written.IsWeak && !path.Root.PerRecord)
            || (written.IsPerRun && !path.Root.PerRecord && !IsPerItem(path, fact.Site))
            || (isElsewhere && new StoreCalls(context.Engine).IsAskedBefore(path, (IInvocationOperation)fact.Site))
            || path.Steps.Any(step => context.Guards.RecordsInput(step.Facts))
            || context.Transactions.HasGuard(path, fact.Site, new SqlStatement { Kind = SqlStatementKind.Insert, Target = new SqlName("", noun, default, IsTemporary: false) }))
            return;
        context.Report(
            Info, PlaceOf(written.Source, path, written.Through ?? fact.Site), path, fact.Site, written.IsWeak || isElsewhere || (written.IsPerRun && !path.Root.PerRecord), null,
            SourceWords.OneLine(written.Source.Syntax.ToString(), MaxShown), written.Key, written.Writer, path.RootName, path.Root.RunsAgain, path.Way);
    }

    // A schedule may mean to leave one object per run; one for each thing in a loop is about the things.
    private static bool IsPerItem(RerunPath path, IOperation site)
    {
        for (var i = 0; i < path.Steps.Count; i++)
        {
            if (Operations.Enclosing<IForEachLoopOperation>(path.SiteAt(i, site)) is not null)
                return true;
        }

        return false;
    }

    // What a caller makes and hands in is judged on the way through that caller.
    private static RerunPath? WayTo(RuleContext context, MadeObject? made, IOperation? through, string table, IReadOnlyCollection<string> together) =>
        RerunPaths.WayTo(context.Node, (caller, site) =>
            CallerViews.PassesBy(through, context.Node, site)
            || (made is not null && made.Via.Any(via => via.Site != site && via.Node.Callers.Any(c => c.Site == site)))
            || context.Guards.IsGuarded(caller, site, table) || context.Guards.IsDecidedByAny(caller, site, together));

    private sealed record KeyColumn(SqlColumnValue Column, IOperation? Source, MadeObject? Made);

    // A column is the identity where a unique key or a conflict clause names it, or, where no schema is known, its name.
    private static KeyColumn? RandomKey(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement)
    {
        var keys = context.Engine.Schema.Find(statement.Target!.Name)?.UniqueKeys ?? ImmutableArray<ImmutableArray<string>>.Empty;
        var hasSchema = !keys.IsEmpty;
        if (statement.Kind == SqlStatementKind.Merge || statement.Convergence is Convergence.ConflictIgnored or Convergence.ConflictUpdates)
        {
            // A conflict clause converges by a key that comes from the input, and never meets one that is drawn anew.
            if (statement.ConflictColumns.IsEmpty && !hasSchema)
                return null;
            return FirstUnstable(statement.ConflictColumns.IsEmpty ? a => IsIn(keys, a.Column) : a => statement.ConflictColumns.Contains(a.Column, StringComparer.OrdinalIgnoreCase));
        }

        return FirstUnstable(hasSchema ? a => IsIn(keys, a.Column) : a => KeyMembers.IsKeyName(a.Column, statement.Target.Name));

        KeyColumn? FirstUnstable(Func<SqlColumnValue, bool> isKey)
        {
            KeyColumn? found = null;
            foreach (var assignment in statement.Assignments)
            {
                if (found is null && isKey(assignment))
                    found = UnstableColumn(context, fact, text, statement, assignment);
            }

            // Another unique key that the input fills stops the second copy, or makes it converge.
            return found is null || (hasSchema && statement.ConflictColumns.IsEmpty && keys.Any(IsFilledByInput)) ? null : found;
        }

        bool IsFilledByInput(ImmutableArray<string> key) => key.Length > 0 && key.All(column => statement.Assignments.Any(a =>
            Guards.SameTable(a.Column, column) && a.Value.Kind is not (SqlValueKind.StoreGenerated or SqlValueKind.Null or SqlValueKind.Clock)
            && UnstableColumn(context, fact, text, statement, a) is null));
    }

    private static bool IsIn(ImmutableArray<ImmutableArray<string>> keys, string column) => keys.Any(k => k.Contains(column, StringComparer.OrdinalIgnoreCase));

    private static KeyColumn? UnstableColumn(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement, SqlColumnValue assignment)
    {
        if (assignment.Value.Kind == SqlValueKind.Random)
            return new KeyColumn(assignment, null, null);
        var random = new UnstableValues(context.Engine, ApiMeaning.Random);
        if (SqlParameters.ValueOf(context, fact, text, assignment.Value) is { } value)
        {
            var source = random.Behind(value, context.Node);

            // The clock is an identity only where it stands for one: a sample's time is what the sample is about.
            if (source is null && KeyMembers.IsKeyName(assignment.Column, statement.Target!.Name))
                source = new UnstableValues(context.Engine, ApiMeaning.Clock).Behind(value, context.Node);
            return source is null ? null : new KeyColumn(assignment, source, null);
        }

        if (assignment.Value.Kind != SqlValueKind.Parameter || fact.Api.Values.Length == 0 || Operations.ArgumentNamed(fact.Site, fact.Api.Values) is not { } values)
            return null;
        var name = assignment.Value.Text.TrimStart('@', ':', '$');
        foreach (var made in new MadeObjects(context.Engine).Of(values, context.Node))
        {
            if (made.ValueOf(name) is { } given && random.Behind(given.Value, given.Node) is { } source)
                return new KeyColumn(assignment, source, made);
        }

        return null;
    }

    // Where the value is drawn, if a reader of the way sees it there; else where it is written.
    private static Location PlaceOf(IOperation source, RerunPath path, IOperation site) =>
        path.Steps.Any(step => Operations.RootOf(step.Facts.Root) == Operations.RootOf(source)) ? source.Syntax.GetLocation() : site.Syntax.GetLocation();
}
