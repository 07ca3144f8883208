using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RerunSafe.Mutants;

/// <summary>The mistakes that are made in the code of a twin, one at a time.</summary>
internal static partial class Mutations
{
    public static IEnumerable<Mutation> Of(ZooSource zoo) =>
        zoo.Twins.SelectMany(twin => zoo.CodeOf(twin).SelectMany(code => code.DescendantNodesAndSelf()).Distinct()
            .SelectMany(node => Of(node).Select(change => new Mutation(change.Operator, twin, node, change.New))));

    private static IEnumerable<(string Operator, string New)> Of(SyntaxNode node) => node switch
    {
        LiteralExpressionSyntax { Token.Text: ['"', ..] } text => OfSql(text.Token.Text),
        ExpressionStatementSyntax { Expression: AwaitExpressionSyntax } statement => OfStatement(statement),
        BinaryExpressionSyntax binary => OfCondition(binary),
        CatchClauseSyntax { Block.Statements.Count: 0 } quiet when quiet.Filter is not null => [("widen a catch", quiet.WithFilter(null).ToString())],
        IfStatementSyntax { Else: null } choice => [("drop a condition", choice.Statement.ToString())],
        LambdaExpressionSyntax lambda => OfTransaction(lambda),
        BlockSyntax block => OfBlock(block),
        _ => [],
    };

    private static IEnumerable<(string, string)> OfSql(string sql)
    {
        if (Conflict().Match(sql) is { Success: true } conflict)
        {
            yield return ("upsert to insert", sql.Replace(conflict.Value, "\""));
            if (conflict.Value.Contains("DO UPDATE", StringComparison.Ordinal))
                yield return ("upsert to first wins", Update().Replace(sql, "DO NOTHING\""));
        }

        if (Guard().Match(sql) is { Success: true } guard)
            yield return ("drop a guard", sql.Replace(guard.Value, ""));
        else if (Condition().Match(sql) is { Success: true } condition)
            yield return ("drop a WHERE", sql.Replace(condition.Value, condition.Groups["rest"].Value));
        if (Newest().IsMatch(sql))
        {
            yield return ("drop the version", Newest().Replace(sql, "\""));
            yield return ("turn the version round", sql.Replace(">=", "<="));
        }

        if (sql.Contains("amount = excluded.amount", StringComparison.Ordinal) && Into().Match(sql) is { Success: true } into)
            yield return ("overwrite to relative", sql.Replace("amount = excluded.amount", $"amount = {into.Groups["table"].Value}.amount + excluded.amount"));
        if (sql.Contains("DELETE FROM ", StringComparison.Ordinal) && sql.Contains(" WHERE ", StringComparison.Ordinal))
            yield return ("delete nothing", sql.Replace(" WHERE ", " WHERE 1 = 0 AND "));
    }

    private static IEnumerable<(string, string)> OfStatement(ExpressionStatementSyntax statement)
    {
        yield return ("drop a statement", ";");
        yield return ("swallow an error", $"try {{ {statement} }} catch (DbException) {{ }}");
    }

    private static IEnumerable<(string, string)> OfCondition(BinaryExpressionSyntax binary) => binary.Kind() switch
    {
        SyntaxKind.EqualsExpression => [("turn a condition round", $"{binary.Left} != {binary.Right}")],
        SyntaxKind.LessThanOrEqualExpression => [("move a border", $"{binary.Left} < {binary.Right}")],
        SyntaxKind.GreaterThanExpression => [("move a border", $"{binary.Left} >= {binary.Right}"), ("turn a condition round", $"{binary.Left} <= {binary.Right}")],
        SyntaxKind.LessThanExpression => [("move a border", $"{binary.Left} <= {binary.Right}")],
        _ => [],
    };

    /// <summary>Of <c>ForEach((s, t) => …)</c>, which has a transaction for each record.</summary>
    private static IEnumerable<(string, string)> OfTransaction(LambdaExpressionSyntax lambda) =>
        lambda is ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: [{ Identifier.Text: "s" }, { Identifier.Text: "t" }] }
        && lambda.Parent?.Parent?.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ForEach" } }
            ? [("drop a transaction", lambda.ToString().Replace("(s, t)", "s").Replace(", t)", ")"))]
            : [];

    private static IEnumerable<(string, string)> OfBlock(BlockSyntax block)
    {
        var statements = block.Statements;
        for (var i = 0; i + 1 < statements.Count; i++)
        {
            if (statements[i] is ExpressionStatementSyntax && statements[i + 1] is ExpressionStatementSyntax)
                yield return ("swap two statements", Block(statements.RemoveAt(i).Insert(i + 1, statements[i])));
        }

        // The same block without the transaction that it begins.
        if (statements.Any(s => s.ToString().Contains("BeginTransactionAsync", StringComparison.Ordinal)))
        {
            yield return ("drop a transaction", Block(statements.Where(s => !s.ToString().Contains("BeginTransactionAsync", StringComparison.Ordinal) && !s.ToString().StartsWith("await transaction.CommitAsync", StringComparison.Ordinal)))
                .Replace(", transaction: transaction)", ")").Replace(", transaction)", ")"));
        }
    }

    private static string Block(IEnumerable<StatementSyntax> statements) => $"{{ {string.Join(' ', statements.Select(s => s.ToString()))} }}";

    [GeneratedRegex(@"\s+ON CONFLICT.*""$")]
    private static partial Regex Conflict();

    [GeneratedRegex(@"DO UPDATE.*""$")]
    private static partial Regex Update();

    [GeneratedRegex(@"\s+(WHERE|HAVING) NOT EXISTS \([^)]*\)")]
    private static partial Regex Guard();

    [GeneratedRegex(@"\s+WHERE (?!excluded)[^""]*?(?<rest>( GROUP BY| ON CONFLICT|"").*$)")]
    private static partial Regex Condition();

    [GeneratedRegex(@" WHERE excluded\.version >= .*""$")]
    private static partial Regex Newest();

    [GeneratedRegex(@"INSERT INTO (?<table>\w+)")]
    private static partial Regex Into();
}
