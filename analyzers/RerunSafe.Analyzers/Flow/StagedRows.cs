using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether a table that is loaded is only a step on the way to another one.</summary>
internal static class StagedRows
{
    /// <summary>The rows are merged into another table, swapped in, or dropped, on the same way or by a procedure behind the load.</summary>
    /// <param name="engine">The compilation's facts.</param>
    /// <param name="path">The way to the body that loads.</param>
    /// <param name="load">The load, in the last step of the way.</param>
    /// <param name="table">Its table.</param>
    /// <param name="isClearedAnyway">The table is emptied before the load as well, which says nothing about its rows' way.</param>
    public static bool AreMovedOn(Engine engine, RerunPath path, IOperation load, string table, bool isClearedAnyway = false)
    {
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var facts = path.Steps[i].Facts;
            var site = path.SiteAt(i, load);
            foreach (var sql in facts.Sql)
            {
                if (sql.Texts.Any(t => t.Script.Statements.Any(s => Moves(s, sql.Site, site))))
                    return true;
            }

            foreach (var call in facts.Calls)
            {
                if (call.Site != site && engine.Effects.Of(call.Target).Statements.Any(s => Moves(s, call.Site, site)))
                    return true;
            }
        }

        return false;

        bool Moves(SqlStatement statement, IOperation where, IOperation site)
        {
            var mustFollow = statement.Kind == SqlStatementKind.Call || (isClearedAnyway && statement.Kind is SqlStatementKind.Drop or SqlStatementKind.Truncate);
            return MovesOn(statement, table) && (!mustFollow || where.Syntax.SpanStart > site.Syntax.SpanStart);
        }
    }

    private static bool MovesOn(SqlStatement statement, string table) => statement.Kind switch
    {
        SqlStatementKind.Insert or SqlStatementKind.Merge or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.CreateTable =>
            statement.Sources.Any(s => Guards.SameTable(s.Name, table)) && !(statement.Target is { } target && Guards.SameTable(target.Name, table)),
        SqlStatementKind.Drop or SqlStatementKind.Truncate => statement.Target is { } target && Guards.SameTable(target.Name, table),
        SqlStatementKind.AlterTable => statement.Convergence == Convergence.SliceReplaced,
        SqlStatementKind.Call => true,
        _ => false,
    };
}
