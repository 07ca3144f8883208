using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Reads table definitions from .sql files and from SQL text in the source. Syntax only: no binding.</summary>
internal static class SchemaReader
{
    public static SqlSchema Read(Compilation compilation, ImmutableArray<AdditionalText> files, SqlDialect dialect, CancellationToken cancellation)
    {
        var schema = SqlSchema.Empty;
        foreach (var file in files)
        {
            if (file.Path.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) && file.GetText(cancellation) is { } text)
                schema = schema.Add(SqlScript.Read(new SqlText(text.ToString(), dialect)));
        }

        foreach (var tree in compilation.SyntaxTrees)
        {
            cancellation.ThrowIfCancellationRequested();
            if (tree.TryGetText(out var source) && !Defines(source.ToString()))
                continue;
            foreach (var text in Literals(tree.GetRoot(cancellation)))
            {
                if (Defines(text))
                    schema = schema.Add(SqlScript.Read(new SqlText(text, dialect)));
            }
        }

        return schema;
    }

    private static bool Defines(string text) =>
        Contains(text, "CREATE TABLE") || Contains(text, "CREATE UNIQUE") || Contains(text, "CREATE TEMP") || Contains(text, "ADD CONSTRAINT") || Contains(text, "ADD PRIMARY");

    private static bool Contains(string text, string words) => text.IndexOf(words, StringComparison.OrdinalIgnoreCase) >= 0;

    private static IEnumerable<string> Literals(SyntaxNode root)
    {
        foreach (var node in root.DescendantNodes())
        {
            if (node is LiteralExpressionSyntax literal && literal.IsKind(SyntaxKind.StringLiteralExpression))
                yield return Whole(literal);
            else if (node is InterpolatedStringExpressionSyntax interpolated)
                yield return string.Concat(interpolated.Contents.Select(c => c is InterpolatedStringTextSyntax text ? text.TextToken.ValueText : SqlText.Hole.ToString()));
        }
    }

    // A table is often concatenated line by line: the first literal stands for the whole chain.
    private static string Whole(LiteralExpressionSyntax literal)
    {
        if (literal.Parent is not BinaryExpressionSyntax || !Defines(literal.Token.ValueText))
            return literal.Token.ValueText;
        SyntaxNode top = literal;
        while (top.Parent is BinaryExpressionSyntax binary && binary.IsKind(SyntaxKind.AddExpression))
            top = binary;
        return string.Concat(top.DescendantNodesAndSelf().OfType<LiteralExpressionSyntax>().Select(l => l.Token.ValueText));
    }
}
