using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

internal sealed partial class Transactions
{
    /// <summary>
    /// Two calls of one body commit together, as far as that body shows: inside one transaction that it begins, is
    /// handed or finds in a field. A transaction around the first only is none for both.
    /// </summary>
    public bool AreTogether(BodyFacts facts, IOperation first, IOperation second, ProviderFacts provider)
    {
        if (IsHandedTransaction(facts))
            return true;
        return !CommitsBetween(facts, first, second) && IsCovered(facts, first, provider) && IsCovered(facts, second, provider);
    }

    /// <summary>A call of a body runs inside a transaction that the body begins or is handed.</summary>
    public bool CoversCall(BodyFacts facts, IOperation site) => IsHandedTransaction(facts) || IsCovered(facts, site, ProviderFacts.None);

    private bool IsCovered(BodyFacts facts, IOperation site, ProviderFacts provider)
    {
        var ignoresAmbient = (provider & ProviderFacts.IgnoresAmbientTransaction) != 0;
        if (Begins(facts, site, out var reach) && !(ignoresAmbient && reach is not null && IsAmbientOnly(facts, site)))
            return true;
        foreach (var operation in facts.Root.Descendants())
        {
            if (operation is not IInvocationOperation call || !_names.Is(call.TargetMethod.Name, NameMeaning.TransactionMember) || !_engine.Catalog.Find(call.TargetMethod).IsEmpty)
                continue;
            if (Operations.Encloses(call, site) || call.Syntax.SpanStart < site.Syntax.SpanStart)
                return true;
        }

        return false;
    }

    // Nothing but a TransactionScope covers the call.
    private bool IsAmbientOnly(BodyFacts facts, IOperation site) =>
        facts.Of(ApiMeaning.BeginTransaction).Where(begun => ReachOf(begun.Site, facts).Contains(site.Syntax.SpanStart))
            .All(begun => facts.Of(ApiMeaning.AmbientTransaction).Any(ambient => ambient.Site == begun.Site));

    // Begin; delete; commit; load. A commit on a way that ends there (nothing to load) is none between.
    private bool CommitsBetween(BodyFacts facts, IOperation first, IOperation second)
    {
        foreach (var commit in facts.Of(ApiMeaning.CommitTransaction))
        {
            if (IsBetween(commit.Site))
                return true;
        }

        foreach (var sql in facts.Sql)
        {
            if (sql.Site != first && sql.Site != second && IsBetween(sql.Site)
                && sql.Texts.Any(t => t.Script.Statements.Any(s => s.Kind == SqlStatementKind.Commit) && !t.Script.Statements.Any(s => s.Kind == SqlStatementKind.Begin)))
                return true;
        }

        return facts.Calls.Any(call => call.Site != first && call.Site != second && IsBetween(call.Site)
            && _engine.Effects.Of(call.Target).Meanings is var meanings && meanings.Contains(ApiMeaning.CommitTransaction) && !meanings.Contains(ApiMeaning.BeginTransaction));

        bool IsBetween(IOperation site) => Guards.Precedes(first, site) && SourceOrder.GoesOn(site, second);
    }

    // By a parameter, a field or a property; by an attribute of the method or its type.
    private bool IsHandedTransaction(BodyFacts facts)
    {
        if (TakesTransaction(facts.Method) || IsMarked(facts.Method) || (facts.Method.ContainingType is { } type && IsMarked(type)))
            return true;
        foreach (var operation in facts.Root.Descendants())
        {
            var isUsed = operation is IFieldReferenceOperation or IPropertyReferenceOperation
                && IsTransaction(operation.Type) && !(operation.Parent is IAssignmentOperation assignment && assignment.Target == operation);
            if (isUsed)
                return true;
        }

        return false;
    }

    private bool IsMarked(ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (_names.Is(attribute.AttributeClass?.Name, NameMeaning.TransactionMember))
                return true;
        }

        return false;
    }

    private static bool IsTransaction(ITypeSymbol? type) =>
        type is not null && (type.Name.EndsWith("Transaction", StringComparison.Ordinal) || type.Name.EndsWith("ClientSessionHandle", StringComparison.Ordinal));
}
