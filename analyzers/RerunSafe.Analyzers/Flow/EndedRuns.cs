using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The catch around the work of a batch program. Whoever starts the program, a scheduler or an operator's script, sees only how it ends.
/// </summary>
internal static class EndedRuns
{
    /// <summary>Whether the program ends behind a catch as it does where nothing has failed.</summary>
    public static bool LooksDone(ICatchClauseOperation clause, ITryOperation attempt, ReachNode node, Engine engine)
    {
        if (node.Root != BatchMain.Entry || clause.Filter is not null || !CatchesAny(clause) || BatchMain.AsksOperator(node)
            || Operations.Enclosing<ILoopOperation>(attempt) is not null || Operations.Enclosing<ICatchClauseOperation>(attempt) is not null
            || Operations.Enclosing<IAnonymousFunctionOperation>(attempt) is not null || Operations.Enclosing<ILocalFunctionOperation>(attempt) is not null)
            return false;
        var scope = RecordScopes.OfValues(node, []);
        var handling = new FailureHandling(engine, node, clause, scope);
        var ends = new CatchPaths(handling.Accounts, static _ => false).Ends(clause);
        return (ends & CatchEnd.Accounted) == 0
            && attempt.Finally?.DescendantsAndSelf().Any(handling.Accounts) != true
            && !ScopeStatements.Behind(attempt, scope).Any(statement => statement.DescendantsAndSelf().Any(o => TellsHow(o, engine.Catalog)))
            && BatchMain.Writes(attempt.Body, node, engine);
    }

    private static bool CatchesAny(ICatchClauseOperation clause) =>
        clause.ExceptionType is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace.Name: "System" };

    // return failed ? 1 : 0; Environment.ExitCode = code; throw: what follows may know of the failure.
    private static bool TellsHow(IOperation operation, ApiCatalog catalog) => operation switch
    {
        IThrowOperation => true,
        IReturnOperation { ReturnedValue: { } value } => Operations.Unwrap(value).ConstantValue is not { HasValue: true, Value: 0 } && !Awaits.IsTask(value.Type),
        IPropertyReferenceOperation property => catalog.Means(property.Property, ApiMeaning.ExitsProcess),
        IInvocationOperation call => catalog.Means(call.TargetMethod, ApiMeaning.ExitsProcess),
        _ => false,
    };
}
