using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Finds the text of a string-valued operation: literals, constants, interpolation, concatenation, locals that are
/// built up piece by piece, StringBuilder, string.Format, static readonly fields, and helpers that return a text.
/// What it cannot know becomes a hole; where branches choose, every alternative is returned.
/// </summary>
internal sealed class TextResolver
{
    private const int MaxDepth = 12;
    internal const int MaxAlternatives = 8;

    private readonly IBodies _bodies;

    public TextResolver(IBodies bodies) => _bodies = bodies;

    // Locals that feed each other in loops make the number of ways explode; a text beyond this is machine-made.
    private const int MaxSteps = 2_000;

    [ThreadStatic]
    private static int _steps;

    public ImmutableArray<ResolvedText> Resolve(IOperation operation)
    {
        _steps = 0;
        return Resolve(operation, 0);
    }

    /// <summary>The text, or the text of the .sql file that it names: for a helper that may take either.</summary>
    public ImmutableArray<ResolvedText> ResolveOrFile(IOperation operation)
    {
        var texts = Resolve(operation);
        return _bodies.SqlFiles.Any ? texts.Select(FileNamedBy).ToImmutableArray() : texts;
    }

    private ResolvedText FileNamedBy(ResolvedText text)
    {
        if (text.Text.Length is 0 or > 200 || text.Text.IndexOf('\n') >= 0 || SqlReader.MayBeSql(text.Text))
            return text;
        var name = text.Text.EndsWith(SqlFiles.Extension, StringComparison.OrdinalIgnoreCase) ? text.Text : text.Text + SqlFiles.Extension;
        return _bodies.SqlFiles.Find(name) is { } file ? OfFile(file, text.Fallback) : text;
    }

    /// <summary>The same where the operation's type can hold a text; empty for a number or a date, whose own text is never SQL.</summary>
    internal ImmutableArray<ResolvedText> ResolveText(IOperation operation, int depth) =>
        MayHoldText(Operations.Unwrap(operation).Type) ? Resolve(operation, depth) : ImmutableArray<ResolvedText>.Empty;

    /// <summary>The text of a part, while a whole is being resolved.</summary>
    internal ImmutableArray<ResolvedText> Resolve(IOperation operation, int depth)
    {
        // A piece that StringBuilder.AppendFormat or AppendJoin appends.
        if (operation is IArgumentOperation { Parent: IInvocationOperation appending })
            return (operation == appending.Arguments[0] && appending.TargetMethod.Name == "AppendJoin" ? new TextCalls(this, _bodies).Joined(appending, depth) : new TextCalls(this, _bodies).Formatted(appending, depth)) ?? One(Hole(appending));
        operation = Operations.Unwrap(operation);
        if (depth > MaxDepth || ++_steps > MaxSteps)
            return One(Hole(operation));
        if (operation is not (IBinaryOperation or IInterpolatedStringOperation)
            && operation.ConstantValue is { HasValue: true, Value: string constant })
            return One(Constant(operation, constant, depth));
        if (operation.ConstantValue is { HasValue: true, Value: char character })
            return One(Character(operation, character));
        return operation switch
        {
            IInterpolatedStringOperation interpolated => Interpolated(interpolated, depth),
            IInterpolatedStringHandlerCreationOperation { Content: IInterpolatedStringOperation content } => Interpolated(content, depth),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } binary => Join(operation, [binary.LeftOperand, binary.RightOperand], depth),
            IConditionalOperation { WhenFalse: { } whenFalse } conditional => Either(conditional.WhenTrue, whenFalse, depth),
            ICoalesceOperation coalesce => Either(coalesce.Value, coalesce.WhenNull, depth),
            ISwitchExpressionOperation choice => choice.Arms.SelectMany(arm => Resolve(arm.Value, depth + 1)).Take(MaxAlternatives).ToImmutableArray(),
            ILocalReferenceOperation local when MayHoldText(local.Type) => new LocalText(this, _bodies, local).Resolve(depth),
            IFieldReferenceOperation { Field: { IsStatic: true } or { IsReadOnly: true } } field => Initializer(field, field.Field, depth),
            IPropertyReferenceOperation { Instance: { } owner, Arguments: [{ Value.ConstantValue: { HasValue: true, Value: { } key } }] } element => Element(element, owner, key, depth),
            IArrayElementReferenceOperation { Indices: [{ ConstantValue: { HasValue: true, Value: { } key } }] } element => Element(element, element.ArrayReference, key, depth),
            IPropertyReferenceOperation property => Property(property, depth),
            IInvocationOperation invocation => Invocation(invocation, depth),
            IObjectCreationOperation creation when IsStringBuilder(creation.Type) => Created(creation, depth),
            IObjectCreationOperation { Arguments.Length: > 0, Type.Name: "RawSqlString" } creation => Resolve(creation.Arguments[0].Value, depth + 1),
            _ => One(Hole(operation)),
        };
    }

    /// <summary>One after the other; alternatives multiply up to a limit.</summary>
    internal ImmutableArray<ResolvedText> Join(IOperation whole, IEnumerable<IOperation> parts, int depth)
    {
        var variants = new List<TextBuilder> { new() };
        foreach (var part in parts)
        {
            var choices = Resolve(part, depth + 1);
            if (choices.Length == 1 || variants.Count * choices.Length > MaxAlternatives)
            {
                foreach (var variant in variants)
                    variant.Add(choices[0]);
                continue;
            }

            var multiplied = new List<TextBuilder>();
            foreach (var variant in variants)
            {
                var so = variant.Build(Location.None);
                foreach (var choice in choices)
                {
                    var next = new TextBuilder();
                    next.Add(so);
                    next.Add(choice);
                    multiplied.Add(next);
                }
            }

            variants = multiplied;
        }

        var fallback = whole.Syntax.GetLocation();
        return variants.Select(v => v.Build(fallback)).ToImmutableArray();
    }

    private static ResolvedText Character(IOperation operation, char value)
    {
        var builder = new TextBuilder();
        builder.AddPlain(value.ToString());
        return builder.Build(operation.Syntax.GetLocation());
    }

    private ResolvedText Constant(IOperation operation, string value, int depth)
    {
        var builder = new TextBuilder();
        if (operation.Syntax is LiteralExpressionSyntax literal)
        {
            builder.AddLiteral(literal.Token, value);
        }
        else if (operation.Syntax is InterpolatedStringTextSyntax part)
        {
            builder.AddLiteral(part.TextToken, value);
        }
        else if (operation is IFieldReferenceOperation or ILocalReferenceOperation
            && DeclaredLiteral(operation) is { } declared && declared.Token.ValueText == value && depth < MaxDepth)
        {
            builder.AddLiteral(declared.Token, value);
        }
        else
        {
            builder.AddPlain(value);
        }

        return builder.Build(operation.Syntax.GetLocation());
    }

    // A diagnostic points at the literal, also where a constant is declared elsewhere in the same file. In another file
    // it would point away from the code that runs, so the use is named there.
    private static LiteralExpressionSyntax? DeclaredLiteral(IOperation operation)
    {
        ISymbol? symbol = operation switch
        {
            IFieldReferenceOperation field => field.Field,
            ILocalReferenceOperation local => local.Local,
            _ => null,
        };
        var reference = symbol?.DeclaringSyntaxReferences.FirstOrDefault();
        if (reference is null || reference.SyntaxTree != operation.Syntax.SyntaxTree)
            return null;
        return (reference.GetSyntax() as VariableDeclaratorSyntax)?.Initializer?.Value as LiteralExpressionSyntax;
    }

    private ImmutableArray<ResolvedText> Interpolated(IInterpolatedStringOperation interpolated, int depth)
    {
        var parts = new List<IOperation>();
        foreach (var part in interpolated.Parts)
        {
            switch (part)
            {
                case IInterpolatedStringTextOperation text:
                    parts.Add(text.Text);
                    break;
                case IInterpolationOperation hole:
                    parts.Add(hole.Expression);
                    break;
                case IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { Arguments.Length: > 0 } call }:
                    parts.Add(call.Arguments[0].Value);
                    break;
            }
        }

        // What an interpolation holds is a text only where it is a string: a number's or a date's own text is never SQL.
        return Join(interpolated, parts, depth) is var joined && interpolated.Syntax is InterpolatedStringExpressionSyntax
            ? joined
            : One(Hole(interpolated));
    }

    private ImmutableArray<ResolvedText> Either(IOperation first, IOperation second, int depth) =>
        Resolve(first, depth + 1).Concat(Resolve(second, depth + 1)).Take(MaxAlternatives).ToImmutableArray();

    private ImmutableArray<ResolvedText> Initializer(IOperation use, ISymbol symbol, int depth)
    {
        if (depth < 6 && _bodies.InitializerOf(symbol) is { } value)
            return Resolve(value, depth + 1);
        return One(Hole(use));
    }

    private ImmutableArray<ResolvedText> Property(IPropertyReferenceOperation use, int depth)
    {
        if (depth >= 6)
            return One(Hole(use));
        if (_bodies.InitializerOf(use.Property) is { } value)
            return Resolve(value, depth + 1);
        return use.Property.GetMethod is { } getter && _bodies.ReturnedBy(getter) is { Length: > 0 } returned
            ? returned.SelectMany(r => Resolve(r, depth + 3)).Take(MaxAlternatives).ToImmutableArray()
            : One(Hole(use));
    }

    private ImmutableArray<ResolvedText> Element(IOperation use, IOperation collection, object key, int depth) =>
        new TextCollections(_bodies).ElementAt(collection, key) is { } value ? Resolve(value, depth + 1) : One(Hole(use));

    private ImmutableArray<ResolvedText> Invocation(IInvocationOperation invocation, int depth)
    {
        var method = invocation.TargetMethod;
        if (method.ContainingType.SpecialType == SpecialType.System_String)
            return new TextCalls(this, _bodies).OnString(invocation, depth) ?? One(Hole(invocation));
        if (method.Name == "ToString" && invocation.Instance is { } instance && IsStringBuilder(instance.Type))
        {
            return Operations.Unwrap(instance) is ILocalReferenceOperation builder
                ? new LocalText(this, _bodies, builder).Resolve(depth)
                : Resolve(instance, depth + 1);
        }

        if (IsStringBuilder(method.ContainingType) && invocation.Instance is { } chained)
            return Join(invocation, [chained, .. LocalText.Appended(invocation)], depth);
        if (_bodies.SqlFiles.Any && new SqlFileReads(this, depth).NameIn(invocation) is { } name && FileNamed(name) is { } file)
            return One(file);
        if (depth < 6 && _bodies.ReturnedBy(method) is { Length: > 0 } returned)
            return returned.SelectMany(r => Returned(r, invocation, depth)).Take(MaxAlternatives).ToImmutableArray();
        return One(Hole(invocation));
    }

    // InsertInto("orders"): the helper's text, with the call's arguments in it. Read("insert"): the file that it names.
    private IEnumerable<ResolvedText> Returned(IOperation returned, IInvocationOperation call, int depth)
    {
        var name = _bodies.SqlFiles.Any && call.Arguments.Length > 0 ? new SqlFileReads(this, depth).NameIn(returned) : null;
        if (name is not null && FileNamed(Bind(name, call, depth)) is { } file)
            return [file];
        return Resolve(returned, depth + 3).Select(text => Bind(text, call, depth));
    }

    private ResolvedText Bind(ResolvedText text, IInvocationOperation call, int depth)
    {
        var method = call.TargetMethod.OriginalDefinition;
        return TextHoles.Fill(text, hole => hole is IParameterReferenceOperation { Parameter: var parameter }
            && Operations.SameSymbol(parameter.ContainingSymbol, method)
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal) is { } argument
            && MayHoldText(argument.Value.Type) && Resolve(argument.Value, depth + 3) is { Length: 1 } given ? given[0] : null);
    }

    private ResolvedText? FileNamed(ResolvedText name) => _bodies.SqlFiles.Find(name.Text) is { } file ? OfFile(file, name.Fallback) : null;

    private static ResolvedText OfFile(SqlFile file, Location fallback)
    {
        var builder = new TextBuilder();
        builder.AddFile(file, file.Text);
        return builder.Build(fallback);
    }

    private ImmutableArray<ResolvedText> Created(IObjectCreationOperation builder, int depth) =>
        Operations.ArgumentNamed(builder, "value") is { } value
            ? Resolve(value, depth + 1)
            : One(new TextBuilder().Build(builder.Syntax.GetLocation()));

    // A number's or a date's own text is never SQL.
    private static bool MayHoldText(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_String or SpecialType.System_Object } or { Name: "FormattableString" or "RawSqlString" or "DefaultInterpolatedStringHandler" }
        || IsStringBuilder(type);

    private static ImmutableArray<ResolvedText> One(ResolvedText text) => ImmutableArray.Create(text);

    private static ResolvedText Hole(IOperation operation)
    {
        var builder = new TextBuilder();
        builder.AddHole(operation);
        return builder.Build(operation.Syntax.GetLocation());
    }

    internal static bool IsStringBuilder(ITypeSymbol? type) =>
        type is { Name: "StringBuilder", ContainingNamespace: { Name: "Text", ContainingNamespace.Name: "System" } };
}
