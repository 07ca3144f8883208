using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Statements that say of a record that it is done, so that nobody asks for it again: order.Processed = true, UPDATE … SET processed = 1.</summary>
internal static class DoneMarks
{
    /// <summary>Whether a statement does nothing but mark the record.</summary>
    public static bool Is(IOperation statement, ReachNode node, RecordScope scope, Engine engine)
    {
        var facts = node.Facts.Sql.Where(f => Operations.Encloses(statement, f.Site)).ToList();
        if (facts.Count > 0)
            return facts.All(f => f.Texts.All(t => t.Script.Statements.All(s => Marks(s, engine.Catalog.Names))));
        if (statement is not IExpressionStatementOperation { Operation: var operation })
            return false;
        return Operations.Unwrap(operation) switch
        {
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } owner } property } assignment => scope.Uses(owner) && IsDone(property.Property, assignment.Value, engine.Catalog.Names),
            IInvocationOperation call => TellsDone(call, engine.Catalog.Names) && scope.Uses(call),
            _ => false,
        };
    }

    /// <summary>queue.AckAsync(item), orders.MarkProcessed(order).</summary>
    public static bool TellsDone(IInvocationOperation call, NameCatalog names) => !Operations.IsInSystem(call.TargetMethod) && names.Is(call.TargetMethod.Name, NameMeaning.SettleMember);

    private static bool Marks(SqlStatement statement, NameCatalog names) =>
        statement.Kind == SqlStatementKind.Update && statement.Conditions.Length > 0 && statement.Assignments.Any(a => names.Is(a.Column, NameMeaning.Status));

    // song.Checked = true; order.Status = Status.Done. What is set to a failure accounts for the record.
    private static bool IsDone(IPropertySymbol property, IOperation value, NameCatalog names)
    {
        var constant = Operations.Unwrap(value).ConstantValue;

        // message.ProcessedAt = clock.UtcNow
        if (IsTime(property.Type))
            return constant is not { HasValue: true, Value: null } && names.Is(property.Name, NameMeaning.Status) && !names.IsAny(property.Name, NameMeaning.FailureRecord, NameMeaning.DueTime);
        if (property.Type.SpecialType == SpecialType.System_Boolean)
            return constant is { HasValue: true, Value: true } && !names.IsAny(property.Name, NameMeaning.FailureRecord, NameMeaning.DeadLetter);
        return constant.HasValue && names.Is(property.Name, NameMeaning.Status) && !names.IsAny(BodyIndex.SymbolOf(value)?.Name, NameMeaning.FailureRecord, NameMeaning.DeadLetter);
    }

    private static bool IsTime(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { Name: "Nullable", TypeArguments: [var inner] } => IsTime(inner),
        { Name: "DateTime" or "DateTimeOffset" or "DateOnly" or "Instant" } => true,
        _ => false,
    };
}
