using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A table that a bulk load goes to.</summary>
/// <param name="Name">The table, or the entity that stands for it.</param>
/// <param name="Caller">The call that names it, where a caller hands the name in; null where the body itself names it.</param>
internal sealed record LoadTarget(SqlName Name, IOperation? Caller);

/// <summary>Finds the tables that a bulk load may go to: by its COPY text, its name argument, the property that names the target, or the rows' type.</summary>
internal sealed class LoadTargets
{
    private readonly Engine _engine;
    private readonly ReachNode _node;

    public LoadTargets(Engine engine, ReachNode node)
    {
        _engine = engine;
        _node = node;
    }

    /// <summary>None where the target is not known.</summary>
    public IReadOnlyList<LoadTarget> Of(ApiFact load)
    {
        if (load.Api.Argument.Length == 0)
            return ByProperty(load.Site);
        if (Operations.ArgumentNamed(load.Site, load.Api.Argument) is not { } argument)
            return [];
        var value = Operations.Unwrap(argument);
        if (value.Type?.SpecialType == SpecialType.System_String)
            return ByText(value);
        return SetKinds.ElementOf(value.Type) is { } entity ? [new LoadTarget(new SqlName("", entity.Name, default, IsTemporary: false), null)] : [];
    }

    private List<LoadTarget> ByText(IOperation text)
    {
        var targets = new List<LoadTarget>();
        foreach (var resolved in _engine.Texts.Resolve(text))
        {
            if (resolved.Text.Trim() is [SqlText.Hole] && resolved.HoleAt(0) is { } hole && Operations.Unwrap(hole) is IParameterReferenceOperation { Parameter: var parameter })
                targets.AddRange(ByCallers(parameter));
            else if (TargetIn(resolved.Text) is { Name.Length: > 0 } name && name.Name.IndexOf(SqlText.Hole) < 0)
                targets.Add(new LoadTarget(name, null));
        }

        return targets;
    }

    // Load(table, "orders"): one of the callers names it.
    private IEnumerable<LoadTarget> ByCallers(IParameterSymbol parameter)
    {
        foreach (var (_, site) in _node.Callers)
        {
            if (Operations.ArgumentNamed(site, parameter.Name) is not { } argument)
                continue;
            foreach (var resolved in _engine.Texts.Resolve(argument))
            {
                if (TargetIn(resolved.Text) is { Name.Length: > 0 } name && name.Name.IndexOf(SqlText.Hole) < 0)
                    yield return new LoadTarget(name, site);
            }
        }
    }

    // bulk.DestinationTableName = "orders", there or where the object is made.
    private List<LoadTarget> ByProperty(IOperation site)
    {
        if (site is not IInvocationOperation { Instance: { } instance })
            return [];
        var receiver = Operations.Unwrap(instance);
        var given = new List<IOperation>();
        if (BodyIndex.SymbolOf(receiver) is { } symbol)
        {
            foreach (var operation in BodyIndex.Of(site).Touching(symbol))
            {
                switch (operation)
                {
                    case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } } assignment when _engine.Catalog.Means(property, ApiMeaning.NamesTarget):
                        given.Add(assignment.Value);
                        break;
                    case ISimpleAssignmentOperation assignment:
                        AddInitializer(assignment.Value, given);
                        break;
                    case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer()?.Value is { } initial:
                        AddInitializer(initial, given);
                        break;
                }
            }
        }
        else
        {
            AddInitializer(receiver, given);
        }

        return given.SelectMany(ByText).ToList();
    }

    private void AddInitializer(IOperation value, List<IOperation> given)
    {
        if (Operations.Unwrap(value) is not IObjectCreationOperation { Initializer: { } initializer })
            return;
        foreach (var assignment in initializer.Initializers.OfType<ISimpleAssignmentOperation>())
        {
            if (assignment.Target is IPropertyReferenceOperation { Property: var property } && _engine.Catalog.Means(property, ApiMeaning.NamesTarget))
                given.Add(assignment.Value);
        }
    }

    // COPY orders (id) FROM STDIN, or the bare name of a table: [dbo].[Orders].
    private static SqlName? TargetIn(string text)
    {
        var start = text.TrimStart();
        var isStatement = start.StartsWith("COPY", StringComparison.OrdinalIgnoreCase) && start.Length > 4 && char.IsWhiteSpace(start[4]);
        var script = SqlScript.Read(new SqlText(isStatement ? text : $"INSERT INTO {text} DEFAULT VALUES", SqlDialect.Generic));
        return script.Statements.FirstOrDefault(s => s.Kind is SqlStatementKind.Copy or SqlStatementKind.Insert)?.Target;
    }
}
