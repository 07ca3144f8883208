using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1001: an INSERT that a rerun repeats (or stumbles over), with nothing that makes it converge.</summary>
internal sealed class InsertWithoutKeyGuard : Rule
{
    public const string Id = "RERUN1001";

    /// <summary>Diagnostic properties, for the code fix.</summary>
    public const string KeyProperty = "Key";
    public const string DialectProperty = "Dialect";
    public const string ColumnsProperty = "Columns";

    /// <summary>Where in the diagnostic's file the statement ends; missing where a clause cannot simply be put behind it.</summary>
    public const string EndProperty = "StatementEnd";

    /// <summary>There where the rows are selected with nothing behind the FROM.</summary>
    public const string EndsInFromProperty = "EndsInFrom";

    /// <summary>There where the statement returns its rows.</summary>
    public const string ReturningProperty = "Returning";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "INSERT is repeated by a rerun",
        "{0} runs again when {1} {2}{3} and {4}; {5}",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "A pipeline is run again: a retry, a redelivery, a backfill. An INSERT with nothing that makes it converge then adds the rows once more, or fails on their unique key and stops there.");

    public override void Check(RuleContext context)
    {
        foreach (var (fact, text, statement) in context.Statements(Id))
        {
            if (IsRepeated(statement, context) && context.Claim(statement))
                Check(context, fact, text, statement);
        }
    }

    private void Check(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement)
    {
        var table = statement.Target!.Name;
        if (context.Names.Is(context.Node.Method.Name, NameMeaning.LogMember) || RepeatedInserts.IsHarmless(context, fact, text, statement)
            || context.UnguardedWay(table) is not { } path
            || context.Transactions.HasGuard(path, fact.Site, statement))
            return;
        var key = context.Transactions.KnownKey(statement);
        if (key is not null && statement.Assignments.Any(a => key.Contains(a.Column, StringComparer.OrdinalIgnoreCase) && SqlParameters.IsRandom(context, fact, text, a)))
            key = null;
        var dialect = text.Script.Text.Dialect;
        var properties = ImmutableDictionary<string, string?>.Empty
            .Add(DialectProperty, dialect.ToString())
            .Add(KeyProperty, key is null ? null : string.Join(",", key))
            .Add(ColumnsProperty, string.Join(",", statement.Assignments.Select(a => a.Column)))
            .Add(EndProperty, End(text, statement))
            .Add(EndsInFromProperty, statement.EndsInFrom ? "true" : null)
            .Add(ReturningProperty, statement.HasReturning ? "true" : null);
        context.Report(
            Info, text.Source.LocationOf(statement.HeadSpan), path, fact.Site, isHint: IsSample(context, statement, path) || StateFlips.Decide(context.Engine, path, fact.Site), properties,
            SqlWords.Head(text.Script, statement),
            path.RootName,
            path.Root.RunsAgain,
            path.Way,
            Outcome(statement, key),
            SqlWords.Upsert(dialect, key));
    }

    // poolstats (…, created): a service that looks at the clock adds a reading each time, and is meant to.
    private static bool IsSample(RuleContext context, SqlStatement statement, RerunPath path) =>
        !path.Root.PerRecord && path.Root != BatchMain.Entry && context.Names.Is(statement.Target!.Name, NameMeaning.SampleTable)
        && statement.Assignments.Any(a => context.Names.Is(a.Column, NameMeaning.AuditTime));

    private static string? End(ResolvedSql text, SqlStatement statement)
    {
        var at = statement.ClauseAt - 1;
        if ((statement.ReturnsRows && !statement.HasReturning) || statement.Kind != SqlStatementKind.Insert || at < statement.Span.Start
            || text.Source.LiteralAt(statement.HeadSpan.Start) is not { SyntaxTree: { } tree }
            || text.Source.LiteralAt(at).SyntaxTree != tree)
            return null;
        var last = text.Source.LocationOf(new SqlSpan(at, 1));
        return last.SourceSpan.End.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Outcome(SqlStatement statement, string[]? key)
    {
        if (key is not null)
            return $"fails on the unique key ({string.Join(", ", key)})";
        return statement.Convergence is Convergence.ConflictIgnored or Convergence.ConflictUpdates
            ? "adds the same rows again, because no unique key backs its conflict clause"
            : "adds the same rows again";
    }

    /// <summary>Nothing in the statement itself makes it converge.</summary>
    public static bool IsRepeated(SqlStatement statement, RuleContext context)
    {
        if (statement.Kind is not (SqlStatementKind.Insert or SqlStatementKind.Merge or SqlStatementKind.Copy) || statement.HasOpenClause
            || statement.Target is not { } target || (target.Name.Length == 0 && statement.Assignments.IsEmpty))
            return false;
        if (statement.Effect == RerunEffect.Repeats)
            return context.Engine.Schema.Find(target.Name) is not { KeepsOneRow: true };

        // A conflict clause converges only where a unique key is there to conflict with.
        return statement.Effect == RerunEffect.Converges
            && statement.Convergence is Convergence.ConflictIgnored or Convergence.ConflictUpdates
            && !statement.Assignments.IsEmpty
            && context.Engine.Schema.Find(target.Name) is { Columns.Length: > 0 } table
            && !table.UniqueKeys.Any(key => key.Any(column => column.IndexOf('(') >= 0 || statement.Assignments.Any(a => Guards.SameTable(a.Column, column))));
    }
}
