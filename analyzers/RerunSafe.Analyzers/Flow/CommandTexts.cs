using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Finds the SQL that a call runs: its text argument, or for a command object the text of its constructor and of the
/// assignments to CommandText that reach the call.
/// </summary>
internal readonly struct CommandTexts
{
    // Helpers that make commands may call each other.
    private const int MaxDepth = 6;

    private readonly Engine _engine;
    private readonly int _depth;

    public CommandTexts(Engine engine, int depth = 0)
    {
        _engine = engine;
        _depth = depth;
    }

    public ImmutableArray<ResolvedText> Resolve(IInvocationOperation site, ApiEntry entry)
    {
        if (entry.Argument is "receiver" or "")
            return site.Instance is { } command ? OfCommand(command, site) : ImmutableArray<ResolvedText>.Empty;
        if (Operations.ArgumentNamed(site, entry.Argument) is { } text)
            return _engine.Texts.Resolve(text);

        // Execute(CommandDefinition), ExecuteReader(DbCommand): the text is inside an object.
        foreach (var argument in site.Arguments)
        {
            var inner = OfCommand(argument.Value, site);
            if (!inner.IsEmpty)
                return inner;
        }

        return ImmutableArray<ResolvedText>.Empty;
    }

    /// <summary>The texts of a command object where it is used.</summary>
    public ImmutableArray<ResolvedText> OfCommand(IOperation command, IOperation site)
    {
        command = Operations.Unwrap(command);
        if (_depth > MaxDepth)
            return ImmutableArray<ResolvedText>.Empty;
        switch (command)
        {
            case IObjectCreationOperation creation:
                return OfCreation(creation);
            case IInvocationOperation factory:
                return OfFactory(factory);
            case ILocalReferenceOperation local:
                return OfVariable(local.Local, site);
            case IFieldReferenceOperation { Field: var field }:
                return OfField(field, site);
            case IPropertyReferenceOperation { Property: var property }:
                return OfField(property, site);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return OfVariable(parameter, site);
            case IConditionalAccessInstanceOperation access when Operations.Enclosing<IConditionalAccessOperation>(access) is { } whole:
                return OfCommand(whole.Operation, site);
            default:
                return ImmutableArray<ResolvedText>.Empty;
        }
    }

    private ImmutableArray<ResolvedText> OfCreation(IObjectCreationOperation creation)
    {
        if (creation.Initializer is { } initializer)
        {
            foreach (var assignment in initializer.Initializers.OfType<ISimpleAssignmentOperation>())
            {
                if (IsCommandText(assignment.Target))
                    return _engine.Texts.Resolve(assignment.Value);
            }
        }

        return creation.Constructor is { } constructor && _engine.Catalog.Find(constructor, ApiMeaning.SqlCommand) is { } entry
            && Operations.ArgumentNamed(creation, entry.Argument) is { } text
            ? _engine.Texts.Resolve(text)
            : ImmutableArray<ResolvedText>.Empty;
    }

    private ImmutableArray<ResolvedText> OfFactory(IInvocationOperation factory)
    {
        if (_engine.Catalog.Find(factory.TargetMethod, ApiMeaning.SqlCommand) is { } entry
            && Operations.ArgumentNamed(factory, entry.Argument) is { } text)
            return _engine.Texts.Resolve(text);

        // A helper of this compilation that makes the command: the texts in it.
        var texts = ImmutableArray.CreateBuilder<ResolvedText>();
        foreach (var returned in _engine.ReturnedBy(factory.TargetMethod))
            texts.AddRange(new CommandTexts(_engine, _depth + 1).OfCommand(returned, returned));
        if (texts.Any(t => t.Text.Any(c => c != Sql.SqlText.Hole)))
            return texts.ToImmutable();
        foreach (var argument in factory.Arguments)
        {
            if (argument.Value.Type?.SpecialType != SpecialType.System_String)
                continue;
            var passed = _engine.Texts.Resolve(argument.Value);
            if (passed.Any(t => Sql.SqlReader.MayBeSql(t.Text)))
                return passed;
        }

        return ImmutableArray<ResolvedText>.Empty;
    }

    private ImmutableArray<ResolvedText> OfField(ISymbol field, IOperation site)
    {
        var texts = OfVariable(field, site);
        if (!texts.IsEmpty)
            return texts;

        // A prepared command: its text is set where the object is made.
        var prepared = ImmutableArray.CreateBuilder<ResolvedText>();
        foreach (var constructor in field.ContainingType?.InstanceConstructors ?? ImmutableArray<IMethodSymbol>.Empty)
        {
            if (_depth <= MaxDepth && _engine.OperationOf(constructor) is { } body)
            {
                foreach (var operation in BodyIndex.Of(body).Touching(field))
                    prepared.AddRange(Given(operation, field));
            }
        }

        if (prepared.Count > 0)
            return prepared.ToImmutable();
        return _engine.InitializerOf(field) is { } initial ? new CommandTexts(_engine, _depth + 1).OfCommand(initial, initial) : ImmutableArray<ResolvedText>.Empty;
    }

    // The texts given to a variable before the call. One in a block that also holds the call replaces earlier ones;
    // one in another branch is one more possibility. None before it (a loop): any after it.
    private ImmutableArray<ResolvedText> OfVariable(ISymbol variable, IOperation site)
    {
        var before = ImmutableArray.CreateBuilder<ResolvedText>();
        var after = ImmutableArray.CreateBuilder<ResolvedText>();
        foreach (var operation in BodyIndex.Of(site).Touching(variable))
        {
            var given = Given(operation, variable);
            if (given.IsEmpty)
                continue;
            if (operation.Syntax.SpanStart > site.Syntax.SpanStart)
            {
                after.AddRange(given);
                continue;
            }

            // What is appended in a branch counts as appended: a conflict clause that may be there must not be overlooked.
            if (operation is ICompoundAssignmentOperation && before.Count > 0)
            {
                for (var i = 0; i < before.Count; i++)
                    before[i] = Appended(before[i], given[0]);
                continue;
            }

            if (Operations.BlockOf(operation) is not { } block || Operations.Encloses(block, site))
                before.Clear();
            before.AddRange(given);
        }

        return before.Count > 0 ? before.ToImmutable() : after.ToImmutable();
    }

    private static ResolvedText Appended(ResolvedText text, ResolvedText more)
    {
        var builder = new TextBuilder();
        builder.Add(text);
        builder.Add(more);
        return builder.Build(text.Fallback);
    }

    private ImmutableArray<ResolvedText> Given(IOperation operation, ISymbol variable)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation declarator when Operations.SameSymbol(declarator.Symbol, variable)
                && declarator.GetVariableInitializer()?.Value is { } initial:
                return Operations.Unwrap(initial) is ILocalReferenceOperation ? ImmutableArray<ResolvedText>.Empty : new CommandTexts(_engine, _depth + 1).OfCommand(initial, operation);
            case ISimpleAssignmentOperation assignment when IsVariable(assignment.Target, variable):
                return Operations.Unwrap(assignment.Value) is IObjectCreationOperation or IInvocationOperation
                    ? new CommandTexts(_engine, _depth + 1).OfCommand(assignment.Value, operation)
                    : ImmutableArray<ResolvedText>.Empty;
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } } assignment
                when IsVariable(Operations.Unwrap(instance), variable) && IsCommandText(assignment.Target):
                return _engine.Texts.Resolve(assignment.Value);
            case ICompoundAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } } assignment
                when IsVariable(Operations.Unwrap(instance), variable) && IsCommandText(assignment.Target):
                return _engine.Texts.Resolve(assignment.Value);
            default:
                return ImmutableArray<ResolvedText>.Empty;
        }
    }

    private bool IsCommandText(IOperation target) =>
        target is IPropertyReferenceOperation property && _engine.Catalog.Means(property.Property, ApiMeaning.SqlCommand);

    private static bool IsVariable(IOperation operation, ISymbol variable) => operation switch
    {
        ILocalReferenceOperation local => Operations.SameSymbol(local.Local, variable),
        IParameterReferenceOperation parameter => Operations.SameSymbol(parameter.Parameter, variable),
        IFieldReferenceOperation field => Operations.SameSymbol(field.Field, variable),
        IPropertyReferenceOperation property => Operations.SameSymbol(property.Property, variable),
        _ => false,
    };
}
