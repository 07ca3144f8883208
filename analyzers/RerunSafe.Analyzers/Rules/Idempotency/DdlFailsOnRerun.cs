using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1014: a CREATE or ALTER that finds its object already there on a rerun, and fails.</summary>
internal sealed class DdlFailsOnRerun : Rule
{
    public const string Id = "RERUN1014";

    /// <summary>Diagnostic property, for the code fix: where in the diagnostic's file IF NOT EXISTS can stand; missing where the dialect has none.</summary>
    public const string ClauseProperty = "ClauseAt";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "DDL fails on a rerun",
        "{0} runs again when {1} {2}{3} and fails, because {4} is there already; {5}",
        Categories.Idempotency,
        DiagnosticSeverity.Info,
        "A run that creates its tables with a plain CREATE works once. The rerun stops at that statement, before it has read a record.");

    public override void Check(RuleContext context)
    {
        foreach (var (fact, text, statement) in context.Statements(Id))
        {
            if (What(statement) is { } what)
                Check(context, fact, text, statement, what);
        }
    }

    private void Check(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement, string what)
    {
        var target = statement.Target!;
        if (target.IsTemporary || target.Name.Length == 0 || target.Name.IndexOf(SqlText.Hole) >= 0
            || text.Script.Statements.Any(s => IsDrop(s, statement) || s.Kind == SqlStatementKind.CreateTable && s.Target is { IsTemporary: true } t && Guards.SameTable(t.Name, target.Name))
            || IsDecided(context, context.Node, fact.Site, target.Name))
            return;
        var way = RerunPaths.WayTo(context.Node, (caller, site) => IsDecided(context, caller, site, target.Name));
        if (way is not { } path || path.Steps.Any(step => IsMigration(step.Method, context.Names) || Drops(context, step, statement)))
            return;
        context.Report(
            Info, text.Source.LocationOf(statement.HeadSpan), path, fact.Site, isHint: false,
            ImmutableDictionary<string, string?>.Empty.Add(ClauseProperty, ClauseAt(text, statement)),
            SqlWords.Head(text.Script, statement), path.RootName, path.Root.RunsAgain, path.Way, what, Cure(statement, text.Script.Text.Dialect));
    }

    private static string? ClauseAt(ResolvedSql text, SqlStatement statement)
    {
        if (statement.ClauseAt < 0 || !Knows(statement, text.Script.Text.Dialect) || text.Source.LiteralAt(statement.HeadSpan.Start) is not { SyntaxTree: { } tree }
            || text.Source.LiteralAt(statement.ClauseAt).SyntaxTree != tree)
            return null;
        return text.Source.LocationOf(new SqlSpan(statement.ClauseAt, 1)).SourceSpan.Start.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    // Only what the dialect is known to take; of MySQL's kin MariaDB alone has it for columns and indexes.
    private static bool Knows(SqlStatement statement, SqlDialect dialect) => statement.Kind switch
    {
        SqlStatementKind.CreateTable => dialect is not (SqlDialect.Generic or SqlDialect.TSql or SqlDialect.Oracle),
        SqlStatementKind.CreateIndex => dialect is SqlDialect.Sqlite or SqlDialect.PostgreSql or SqlDialect.DuckDb,
        SqlStatementKind.AlterTable => dialect is SqlDialect.PostgreSql or SqlDialect.DuckDb or SqlDialect.ClickHouse && statement.Definition is { Columns.Length: 1 },
        _ => false,
    };

    private static string? What(SqlStatement statement)
    {
        if (statement.IfNotExists || statement.HasOpenClause || statement.Target is null)
            return null;
        return statement.Kind switch
        {
            SqlStatementKind.CreateTable => "the table",
            SqlStatementKind.CreateIndex => "the index",
            SqlStatementKind.AlterTable when statement.Definition is { Columns.Length: > 0 } => "the column",
            SqlStatementKind.AlterTable when statement.Definition is not null => "the constraint",
            _ => null,
        };
    }

    // IF NOT EXISTS for columns is known to some dialects only, and for indexes to fewer.
    private static string Cure(SqlStatement statement, SqlDialect dialect) => (statement.Kind, dialect) switch
    {
        (_, SqlDialect.TSql or SqlDialect.Oracle) => "ask the catalogue first",
        (SqlStatementKind.CreateTable, _) => "add IF NOT EXISTS",
        (SqlStatementKind.CreateIndex, not SqlDialect.MySql) => "add IF NOT EXISTS",
        (SqlStatementKind.AlterTable, SqlDialect.PostgreSql or SqlDialect.DuckDb or SqlDialect.ClickHouse) when statement.Definition is { Columns.Length: > 0 } => "write ADD COLUMN IF NOT EXISTS",
        _ => "ask the catalogue first",
    };

    // Under a choice (a look at the catalogue, a version, a setting), or inside a try that lives with the failure.
    private static bool IsDecided(RuleContext context, ReachNode node, IOperation site, string table) =>
        IsAttempted(site)
        || node.Facts.Flow.Deciders(site).Any(decider => decider.Syntax.SpanStart <= site.Syntax.SpanStart && IsChoice(decider))
        || context.Guards.IsClearedBefore(node, site, table);

    private static bool IsAttempted(IOperation site)
    {
        for (var attempt = Operations.Enclosing<ITryOperation>(site); attempt is not null; attempt = Operations.Enclosing<ITryOperation>(attempt))
        {
            if (Operations.Encloses(attempt.Body, site) && attempt.Catches.Length > 0)
                return true;
        }

        return Operations.Enclosing<ICatchClauseOperation>(site) is not null;
    }

    // That a loop goes on, or that nobody asked to stop, says nothing about the schema.
    private static bool IsChoice(IOperation decider)
    {
        if (decider.DescendantsAndSelf().Any(o => o is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" }))
            return false;
        for (var parent = decider.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation)
                return false;
            if (parent is IConditionalOperation or ISwitchOperation or ISwitchExpressionOperation or IBlockOperation)
                return true;
        }

        return true;
    }

    private static bool IsMigration(IMethodSymbol method, NameCatalog names) =>
        names.Is(method.Name, NameMeaning.MigrationMember) || names.Is(method.ContainingType?.Name, NameMeaning.MigrationMember);

    // Dropped or renamed later on the same way, or a database in a file that is deleted: the next run starts from nothing.
    private static bool Drops(RuleContext context, ReachNode step, SqlStatement created) =>
        step.Facts.Sql.Any(sql => sql.Texts.Any(t => t.Script.Statements.Any(s => IsDrop(s, created))))
        || step.Facts.Calls.Any(call => context.Engine.Effects.Of(call.Target).Statements.Any(s => IsDrop(s, created)))
        || step.Facts.Of(ApiMeaning.Overwrite).Any()
        || step.Facts.Of(ApiMeaning.Removes).Any();

    // A renamed table takes its indexes and columns along: only its own name is free again.
    private static bool IsDrop(SqlStatement statement, SqlStatement created) =>
        statement.IsRenamed ? created.Kind == SqlStatementKind.CreateTable && Guards.SameTable(statement.Target!.Name, created.Target!.Name)
        : statement.Kind == SqlStatementKind.Drop && (statement.Target is not { Name.Length: > 0 } dropped || Guards.SameTable(dropped.Name, created.Target!.Name));
}
