using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether something keeps two runs from getting between a look-up and the write that it decides about.</summary>
internal static class SerialRuns
{
    private static readonly string[] LockWords = ["UPDLOCK", "HOLDLOCK", "XLOCK", "SERIALIZABLE", "FOR UPDATE", "LOCK TABLE", "LOCK IN "];

    public static bool KeepApart(RerunPath path, IOperation write, Engine engine)
    {
        // What a transaction without a level of its own keeps apart is up to the provider: SQLite all, TransactionScope too, SQL Server not.
        if (new Transactions(engine).SharedWith(path, write) is not null && !path.Steps.Any(BeginsBelowSerializable))
            return true;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var step = path.Steps[i];
            if (IsMarked(step.Method, engine.Catalog.Names) || IsMarked(step.Method.ContainingType, engine.Catalog.Names)
                || TakesLock(step, path.SiteAt(i, write), engine.Catalog.Names))
                return true;
        }

        return false;
    }

    // [Singleton], [DisableConcurrentExecution(60)]
    private static bool IsMarked(ISymbol? symbol, NameCatalog names) =>
        symbol is not null && symbol.GetAttributes().Any(a => a.AttributeClass is { } type && names.Is(type.Name, NameMeaning.LockMember));

    // lock (…) { }, await using (await locks.AcquireLockAsync(key)), SELECT … FOR UPDATE
    private static bool TakesLock(ReachNode step, IOperation site, NameCatalog names) =>
        Operations.Enclosing<ILockOperation>(site) is not null
        || step.Facts.Sql.Any(sql => sql.Texts.Any(t => LockWords.Any(word => t.Source.Text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0) || t.Script.Statements.Any(s => s.TakesLock)))
        || step.Facts.Root.Descendants().Any(o => o is IInvocationOperation call && call.Syntax.SpanStart < site.Syntax.SpanStart
            && (names.Is(call.TargetMethod.Name, NameMeaning.LockMember) || names.Is(call.TargetMethod.ContainingType.Name, NameMeaning.LockMember)));

    private static bool BeginsBelowSerializable(ReachNode step) =>
        step.Facts.Of(ApiMeaning.BeginTransaction).Any(begin => begin.Site.Descendants().Any(o =>
            o is IFieldReferenceOperation { Field: { Name: not "Serializable", ContainingType.Name: "IsolationLevel" } }));
}
