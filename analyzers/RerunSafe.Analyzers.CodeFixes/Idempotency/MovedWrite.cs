using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Rules.Idempotency;

namespace RerunSafe.Analyzers.CodeFixes.Idempotency;

/// <summary>A statement that writes a whole file, and what has to be inserted so that the file is written beside its place and moved over.</summary>
internal sealed class MovedWrite
{
    private readonly StatementSyntax _statement;
    private readonly ExpressionSyntax _file;
    private readonly ExpressionSyntax _path;

    private MovedWrite(StatementSyntax statement, ExpressionSyntax file, ExpressionSyntax path)
    {
        _statement = statement;
        _file = file;
        _path = path;
    }

    /// <summary>
    /// Null where the write is no statement of its own (or its task is not awaited), where the path is more than names
    /// and literals (it would be computed three times), or where the framework has no Move that overwrites.
    /// </summary>
    public static MovedWrite? Find(SyntaxNode root, SemanticModel model, Diagnostic diagnostic, CancellationToken cancellation)
    {
        if (!diagnostic.Properties.TryGetValue(TornFile.PathProperty, out var name) || name is null
            || root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var file } } call
            || StatementOf(call) is not { } statement || !IsPlain(file)
            || PathIn(call, model, name, cancellation) is not { } path || !IsPlain(path) || !CanMove(call, model, cancellation))
            return null;
        return new MovedWrite(statement, file, path);
    }

    public IEnumerable<TextChange> Changes(SourceText text)
    {
        var newLine = text.Lines[0] is { EndIncludingLineBreak: var end } first && end > first.End ? text.ToString(TextSpan.FromBounds(first.End, end)) : "\n";
        var line = text.Lines.GetLineFromPosition(_statement.SpanStart);
        var indent = text.ToString(TextSpan.FromBounds(line.Start, _statement.SpanStart));
        indent = new string(indent.TakeWhile(char.IsWhiteSpace).ToArray());
        var move = $"{_file}.Move({_path} + \".tmp\", {_path}, overwrite: true);";
        yield return new TextChange(new TextSpan(_path.Span.End, 0), " + \".tmp\"");

        // if (full) File.WriteAllText(…): two statements need a block.
        var isEmbedded = _statement.Parent is not (BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax);
        if (isEmbedded)
            yield return new TextChange(new TextSpan(_statement.SpanStart, 0), "{ ");
        yield return new TextChange(new TextSpan(_statement.Span.End, 0), isEmbedded ? $" {move} }}" : newLine + indent + move);
    }

    private static StatementSyntax? StatementOf(InvocationExpressionSyntax call)
    {
        ExpressionSyntax whole = call;
        if (call.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured })
            whole = configured;
        if (whole.Parent is AwaitExpressionSyntax awaited)
            whole = awaited;
        else if (((MemberAccessExpressionSyntax)call.Expression).Name.Identifier.ValueText.EndsWith("Async", StringComparison.Ordinal))
            return null;
        return whole.Parent is ExpressionStatementSyntax { Parent: not LabeledStatementSyntax } statement ? statement : null;
    }

    private static ExpressionSyntax? PathIn(InvocationExpressionSyntax call, SemanticModel model, string name, CancellationToken cancellation)
    {
        var arguments = call.ArgumentList.Arguments;
        if (arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == name) is { } named)
            return named.Expression;
        if (model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol method)
            return null;
        for (var i = 0; i < Math.Min(method.Parameters.Length, arguments.Count); i++)
        {
            if (method.Parameters[i].Name == name && arguments[i].NameColon is null)
                return arguments[i].Expression;
        }

        return null;
    }

    // File.Move(source, destination, overwrite) is there since .NET Core 3.0.
    private static bool CanMove(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation) =>
        model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol { ContainingType: { } type }
        && type.GetMembers("Move").OfType<IMethodSymbol>().Any(m => m.Parameters.Length == 3 && m.Parameters[2] is { Name: "overwrite", Type.SpecialType: SpecialType.System_Boolean });

    // Names, their members, and literals: the same value each time, and safe to put "+" behind.
    private static bool IsPlain(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax or PredefinedTypeSyntax or ThisExpressionSyntax or AliasQualifiedNameSyntax => true,
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.StringLiteralExpression),
        MemberAccessExpressionSyntax member => IsPlain(member.Expression),
        InterpolatedStringExpressionSyntax text => text.Contents.OfType<InterpolationSyntax>().All(hole => IsPlain(hole.Expression)),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Combine" or "Join", Expression: IdentifierNameSyntax { Identifier.ValueText: "Path" } } } call =>
            call.ArgumentList.Arguments.All(a => IsPlain(a.Expression)),
        _ => false,
    };
}
