using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Each character of a literal's value must be found where the source spells it.</summary>
[Parallelizable(ParallelScope.All)]
public class LiteralMapTests
{
    private const string Q = "\"\"\"";

    private static readonly string[] Regular =
    [
        """ "INSERT INTO orders" """,
        """ "\tINSERT\r\nINTO \"orders\" \\ x" """,
        """ "\u0049NSERT \x49NTO \x49 \U0001F600 orders\0" """,
        """ "\U0001F600\U0001F600ab" """,
        """ "" """,
    ];

    private static readonly string[] Verbatim =
    [
        """ @"INSERT INTO orders" """,
        """ @"INSERT INTO ""orders"" (""id"")" """,
        " @\"\n  INSERT\r\n  INTO \"\"orders\"\"\n\\n\" ",
    ];

    private static readonly string[] Raw =
    [
        $" {Q}INSERT INTO \"orders\" (id){Q} ",
        $" {Q}\n    INSERT INTO orders\n      (id)\n\n    VALUES (1)\n    {Q} ",
        $" {Q}   \n    INSERT INTO orders\n   \n      (id)\n    {Q} ",
        $" {Q}\r\n    INSERT INTO orders\r\n      (id)\r\n    {Q} ",
        $" {Q}\n\tINSERT INTO orders\n\t\t(id)\n\t{Q} ",
        $" {Q}\nINSERT INTO orders\n{Q} ",
        $" {Q}\n    \n    INSERT INTO orders\n    {Q} ",
        $" {Q}\"\n    a \"\"\" b\n    {Q}\" ",
    ];

    private static readonly string[] Interpolated =
    [
        """ $"INSERT INTO {t} (\"id\", {{x}}) VALUES\t({v}) \u0041" """,
        """ $@"INSERT INTO {t} (""id"", {{x}}) \n VALUES ({v})" """,
        """ @$"a""{t}""b" """,
        $" ${Q}INSERT INTO {{t}} (\"id\") VALUES{Q} ",
        $" ${Q}\n    INSERT INTO {{t}}\n      (id)\n\n    VALUES ({{v}})\n    {Q} ",
        $" $${Q}\n    INSERT INTO {{{{t}}}} {{x}}\n      (id)\n    {Q} ",
        $" ${Q}\r\n    {{t}}\r\n    INSERT {{v}} INTO\r\n    {Q} ",
        $" ${Q}\n    {{t}} tail\n      {{v}}\n    {Q} ",
    ];

    [TestCaseSource(nameof(Regular))]
    [TestCaseSource(nameof(Verbatim))]
    [TestCaseSource(nameof(Raw))]
    [TestCaseSource(nameof(Interpolated))]
    public void Every_character_is_found_where_it_stands(string expression)
    {
        foreach (var (token, value, source) in TokensOf(expression))
        {
            for (var i = 0; i < value.Length; i++)
            {
                if (i > 0 && char.IsSurrogatePair(value, i - 1))
                    continue;
                var place = LiteralMap.Locate(token, i, 1);
                var spelled = source.Substring(place.SourceSpan.Start, place.SourceSpan.Length);
                Assert.That(Spellings(value, i), Does.Contain(spelled), $"'{value}'[{i}] was found at {place.SourceSpan}");
            }
        }
    }

    [TestCaseSource(nameof(Regular))]
    [TestCaseSource(nameof(Verbatim))]
    [TestCaseSource(nameof(Raw))]
    [TestCaseSource(nameof(Interpolated))]
    public void Places_follow_each_other(string expression)
    {
        foreach (var (token, value, _) in TokensOf(expression))
        {
            var last = token.SpanStart - 1;
            for (var i = 0; i < value.Length; i++)
            {
                if (i > 0 && char.IsSurrogatePair(value, i - 1))
                    continue;
                var place = LiteralMap.Locate(token, i, 1).SourceSpan;
                Assert.That(place.Start, Is.GreaterThan(last));
                Assert.That(place.End, Is.LessThanOrEqualTo(token.Span.End));
                last = place.End - 1;
            }
        }
    }

    [Test]
    public void A_span_ends_behind_the_spelling_of_its_last_character()
    {
        var (token, _, source) = TokensOf("""@"INSERT INTO ""orders"" VALUES" """).Single();
        var place = LiteralMap.Locate(token, 0, "INSERT INTO \"orders\"".Length).SourceSpan;
        Assert.That(source.Substring(place.Start, place.Length), Is.EqualTo("INSERT INTO \"\"orders\"\""));
    }

    [Test]
    public void A_span_over_lines_of_a_raw_text_holds_the_indentation_between()
    {
        var (token, _, source) = TokensOf($"{Q}\n    INSERT INTO\n      orders (id)\n    {Q}").Single();
        var place = LiteralMap.Locate(token, 0, "INSERT INTO\n  orders".Length).SourceSpan;
        Assert.That(source.Substring(place.Start, place.Length), Is.EqualTo("INSERT INTO\n      orders"));
    }

    [Test]
    public void A_place_outside_the_value_is_the_whole_literal()
    {
        var (token, _, _) = TokensOf(""" "abc" """).Single();
        Assert.That(LiteralMap.Locate(token, 7, 2), Is.EqualTo(token.GetLocation()));
    }

    // How the source may spell a character: as it is, escaped, or doubled.
    private static string[] Spellings(string value, int index)
    {
        var one = char.IsHighSurrogate(value[index]) ? value.Substring(index, 2) : value[index].ToString();
        var code = char.ConvertToUtf32(one + " ", 0);
        string[] escapes = one switch
        {
            "\t" => ["\\t"],
            "\r" => ["\\r", "\r\n"],
            "\n" => ["\\n"],
            "\0" => ["\\0"],
            "\"" => ["\\\"", "\"\""],
            "\\" => ["\\\\"],
            "{" => ["{{"],
            "}" => ["}}"],
            _ => [],
        };
        return [one, .. escapes, $"\\u{code:x4}", $"\\u{code:X4}", $"\\x{code:x}", $"\\x{code:X}", $"\\U{code:X8}"];
    }

    // The value is the compiler's, which is not always the token's: braces stay doubled there.
    private static List<(SyntaxToken Token, string Value, string Source)> TokensOf(string expression)
    {
        var source = "class C { object M(int t, int v) => " + expression + "; }";
        var tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest));
        var model = CSharpCompilation.Create("c", [tree], Verify.AllReferences).GetSemanticModel(tree);
        var root = tree.GetRoot();
        Assert.That(root.GetDiagnostics(), Is.Empty);
        var tokens = root.DescendantNodes().OfType<LiteralExpressionSyntax>().Select(l => (l.Token, l.Token.ValueText, source)).ToList();
        foreach (var text in root.DescendantNodes().OfType<InterpolatedStringTextSyntax>())
        {
            var operation = (IInterpolatedStringTextOperation)model.GetOperation(text)!;
            tokens.Add((text.TextToken, (string)operation.Text.ConstantValue.Value!, source));
        }

        Assert.That(tokens, Is.Not.Empty);
        return tokens;
    }
}
