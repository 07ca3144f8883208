using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Finds the name of the .sql file whose text an operation gives: File.ReadAllText(path), a reader over
/// GetManifestResourceStream(name), a helper of this compilation or of another one that takes the name.
/// </summary>
internal readonly struct SqlFileReads(TextResolver texts, int textDepth = 0, bool mayBeHole = false)
{
    private const int MaxDepth = 6;

    private readonly TextResolver _texts = texts;

    // How deep the text is that asks: names and texts may ask each other, so they share one limit.
    private readonly int _textDepth = textDepth;

    // Also a name of which nothing is known: which parameter of a helper it is.
    private readonly bool _mayBeHole = mayBeHole;

    /// <summary>The name as far as it is known, with holes for the rest; null where the operation reads no .sql file.</summary>
    public ResolvedText? NameIn(IOperation operation, int depth = 0)
    {
        operation = Operations.Unwrap(operation);
        if (depth > MaxDepth)
            return null;
        switch (operation)
        {
            case IInvocationOperation { TargetMethod: { Name: "Combine" or "Join" or "GetFullPath", ContainingType.Name: "Path" } } path:
                return Joined(path);
            case IInvocationOperation call:
                return InAny(call.Arguments.Select(a => a.Value), depth) ?? (call.Instance is { } instance && !IsText(instance) ? NameIn(instance, depth + 1) : null);
            case IObjectCreationOperation creation:
                return InAny(creation.Arguments.Select(a => a.Value), depth);
            case ILocalReferenceOperation local when !IsText(local):
                return Locals.OnlyValueOf(local) is { } value ? NameIn(value, depth + 1) : null;
            case ICoalesceOperation coalesce:
                return NameIn(coalesce.Value, depth + 1);
            default:
                return null;
        }
    }

    private ResolvedText? InAny(IEnumerable<IOperation> arguments, int depth)
    {
        foreach (var argument in arguments)
        {
            var value = Operations.Unwrap(argument);
            var name = IsText(value) ? OfText(value, depth) : NameIn(value, depth + 1);
            if (name is not null)
                return name;
        }

        return null;
    }

    // A local may hold the path that Path.Combine made of it.
    private ResolvedText? OfText(IOperation value, int depth)
    {
        if (value is IInvocationOperation or ILocalReferenceOperation)
        {
            var inner = value is ILocalReferenceOperation local ? Locals.OnlyValueOf(local) : value;
            if (inner is not null && Operations.Unwrap(inner) is IInvocationOperation call && NameIn(call, depth + 1) is { } name)
                return name;
        }

        var alternatives = _texts.Resolve(value, _textDepth + 2);
        return alternatives.Length == 1 && IsName(alternatives[0].Text) ? alternatives[0] : null;
    }

    private ResolvedText? Joined(IInvocationOperation path)
    {
        var builder = new TextBuilder();
        foreach (var part in path.Arguments.SelectMany(PartsOf))
        {
            if (builder.HasKnownText || builder.HasHoles)
                builder.AddPlain("/");
            var alternatives = _texts.Resolve(part, _textDepth + 2);
            if (alternatives.Length == 1)
                builder.Add(alternatives[0]);
            else
                builder.AddHole(part);
        }

        var joined = builder.Build(path.Syntax.GetLocation());
        return IsName(joined.Text) ? joined : null;
    }

    private static IEnumerable<IOperation> PartsOf(IArgumentOperation argument)
    {
        if (argument is { ArgumentKind: ArgumentKind.ParamArray, Value: IArrayCreationOperation { Initializer: { } initializer } })
            return initializer.ElementValues;
        return new[] { argument.Value };
    }

    private static bool IsText(IOperation operation) => operation.Type is { SpecialType: SpecialType.System_String };

    private bool IsName(string text) =>
        (text.EndsWith(SqlFiles.Extension, StringComparison.OrdinalIgnoreCase) || (_mayBeHole && text.Length > 0 && text[text.Length - 1] == SqlText.Hole))
        && text.IndexOf('\n') < 0 && !SqlReader.MayBeSql(text);
}
