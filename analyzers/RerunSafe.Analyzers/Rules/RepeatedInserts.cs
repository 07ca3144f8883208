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
        && !SinkNames.IsExempt(statement.Target!, context.Names)
        && !IsLogByItsColumns(statement, context.Names)
        && !context.Guards.IsGuarded(context.Node, fact.Site, statement.Target!.Name)
        && !IsPrecededInScript(text.Script, statement);

    /// <summary>
    /// A state that the same run sets decides: whether that keeps the rows from being added again depends on what commits
    /// together.
    /// </summary>
    public static bool MayBeDecided(RuleContext context, RerunPath path, IOperation site) =>
        StateFlips.Decide(context.Engine, path, site);

    /// <summary>InvoiceEvents (Invoice, Severity, Message, Timestamp) is a log under another name.</summary>
    public static bool IsLogByItsColumns(SqlStatement statement, NameCatalog names) =>
        statement.Assignments.Count(a => names.Is(a.Column, NameMeaning.LogColumn)) >= 2;

    /// <summary>DELETE … ; INSERT … in one text: whether the two commit together is another rule's question.</summary>
    public static bool IsPrecededInScript(SqlScript script, SqlStatement statement)
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
