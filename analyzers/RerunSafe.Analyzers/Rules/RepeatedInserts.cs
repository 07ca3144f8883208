using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules;

/// <summary>What makes an insert harmless or guarded, whatever its key.</summary>
internal static class RepeatedInserts
{
    /// <summary>Nothing in its own body or text keeps the insert from adding rows again. Callers and transactions are asked by way of the path.</summary>
    public static bool IsRepeated(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement) =>
        statement.Effect is RerunEffect.Repeats or RerunEffect.Converges or RerunEffect.Relative
        && statement.Convergence is Convergence.None or Convergence.ConflictIgnored or Convergence.ConflictUpdates or Convergence.MergeOnKey
        && !IsHarmless(context, fact, text, statement);

    /// <summary>Its table grows by design, or its own body or text guards it.</summary>
    public static bool IsHarmless(RuleContext context, SqlFact fact, ResolvedSql text, SqlStatement statement) =>
        GrowsByDesign(statement, context.Names) || context.Guards.IsGuarded(context.Node, fact.Site, statement.Target!.Name) || IsPrecededInScript(text.Script, statement);

    /// <summary>A log by its name or its columns, a table that guards or keeps dead letters, a step on the way to another table.</summary>
    public static bool GrowsByDesign(SqlStatement statement, NameCatalog names) => SinkNames.IsExempt(statement.Target!, names) || IsLogByItsColumns(statement, names);

    // InvoiceEvents (Invoice, Severity, Message, Timestamp) is a log under another name.
    private static bool IsLogByItsColumns(SqlStatement statement, NameCatalog names) =>
        statement.Assignments.Count(a => names.Is(a.Column, NameMeaning.LogColumn)) >= 2;

    // DELETE … ; INSERT … in one text: whether the two commit together is another rule's question.
    private static bool IsPrecededInScript(SqlScript script, SqlStatement statement)
    {
        foreach (var earlier in script.Statements)
        {
            if (ReferenceEquals(earlier, statement))
                return false;
            if (earlier.Kind is SqlStatementKind.Delete or SqlStatementKind.Truncate or SqlStatementKind.Drop
                && earlier.Target is { } target && Guards.SameTable(target.Name, statement.Target!.Name))
                return true;
        }

        return false;
    }
}
