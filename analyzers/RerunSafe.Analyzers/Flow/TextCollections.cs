using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Finds what stands in an array, a list or a dictionary that is filled where it is made.</summary>
internal readonly struct TextCollections(IBodies bodies)
{
    private readonly IBodies _bodies = bodies;

    /// <summary>The elements in order; null where they are not all to be seen.</summary>
    public IReadOnlyList<IOperation>? ElementsOf(IOperation collection) => CreationOf(collection) switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
        IArrayInitializerOperation initializer => initializer.ElementValues,
        IObjectCreationOperation { Arguments.Length: 0, Initializer: { } initializer } when initializer.Initializers.All(i => i is IInvocationOperation { Arguments.Length: 1 }) =>
            initializer.Initializers.Select(i => ((IInvocationOperation)i).Arguments[0].Value).ToList(),
        _ => null,
    };

    /// <summary>The element at a constant index or key; null where it is not to be seen.</summary>
    public IOperation? ElementAt(IOperation collection, object key)
    {
        if (key is int index && ElementsOf(collection) is { } elements)
            return index >= 0 && index < elements.Count ? elements[index] : null;
        if (CreationOf(collection) is not IObjectCreationOperation { Initializer: { } initializer })
            return null;
        foreach (var item in initializer.Initializers)
        {
            switch (item)
            {
                case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Arguments: [var given] } } assignment when Is(given.Value, key):
                    return assignment.Value;
                case IInvocationOperation { Arguments: [var first, var second] } when Is(first.Value, key):
                    return second.Value;
            }
        }

        return null;
    }

    private static bool Is(IOperation given, object key) => Operations.Unwrap(given).ConstantValue is { HasValue: true, Value: { } value } && value.Equals(key);

    private IOperation? CreationOf(IOperation collection)
    {
        collection = Operations.Unwrap(collection);
        return collection switch
        {
            ILocalReferenceOperation local => IsChanged(local) || Locals.OnlyValueOf(local) is not { } value ? null : Operations.Unwrap(value),
            IFieldReferenceOperation { Field: { IsStatic: true } or { IsReadOnly: true } } field => _bodies.InitializerOf(field.Field) is { } value ? Operations.Unwrap(value) : null,
            IPropertyReferenceOperation property => _bodies.InitializerOf(property.Property) is { } value ? Operations.Unwrap(value) : null,
            _ => collection,
        };
    }

    // Added to, or handed to somebody who may.
    private static bool IsChanged(ILocalReferenceOperation local)
    {
        foreach (var operation in BodyIndex.Of(local).Touching(local.Local))
        {
            if (operation is IInvocationOperation { TargetMethod.ReturnsVoid: true } || (operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation }))
                return true;
        }

        return false;
    }
}
