using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>Whatever the text, reading it ends, does not throw, and takes linear time (counted in steps, not in seconds).</summary>
public class SqlFuzzTests
{
    // A step is one question about a token or one character; the texts of the table take 5 to 15 per character.
    private const int StepsPerCharacter = 100;
    private const int FixedSteps = 2_000;

    private static readonly SqlDialect[] Dialects = Enum.GetValues<SqlDialect>();
    private static readonly string[] Texts = SqlCases.All.Select(c => c.Text).ToArray();

    [Test]
    public void Random_characters_never_throw()
    {
        var random = new Random(1);
        const string alphabet = "abISs01 \t\n'\"`[](){}<>=!;,.:@#$%&*+-/\\|?~^\uFFFC\0é";
        for (var i = 0; i < 30_000; i++)
            Check(new string(Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)]).ToArray()), Dialects[i % Dialects.Length]);
    }

    [Test]
    public void Truncated_statements_never_throw()
    {
        var random = new Random(2);
        for (var i = 0; i < 30_000; i++)
        {
            var text = Texts[random.Next(Texts.Length)];
            var from = random.Next(3) == 0 ? random.Next(text.Length) : 0;
            Check(text.Substring(from, random.Next(text.Length - from + 1)), Dialects[i % Dialects.Length]);
        }
    }

    [Test]
    public void Spliced_statements_never_throw()
    {
        var random = new Random(3);
        for (var i = 0; i < 30_000; i++)
        {
            var first = Texts[random.Next(Texts.Length)];
            var second = Texts[random.Next(Texts.Length)];
            Check(string.Concat(first.AsSpan(0, random.Next(first.Length)), second.AsSpan(random.Next(second.Length))), Dialects[i % Dialects.Length]);
        }
    }

    [Test]
    public void Shuffled_words_never_throw()
    {
        var random = new Random(4);
        var words = Texts.SelectMany(t => t.Split(' ')).Distinct().ToArray();
        for (var i = 0; i < 10_000; i++)
            Check(string.Join(' ', Enumerable.Range(0, random.Next(40)).Select(_ => words[random.Next(words.Length)])), Dialects[i % Dialects.Length]);
    }

    [TestCase("(")]
    [TestCase(")")]
    [TestCase("CASE ")]
    [TestCase("CASE WHEN a THEN (")]
    [TestCase("date(")]
    [TestCase("$a")]
    [TestCase("$$")]
    [TestCase("[a")]
    [TestCase("/*")]
    [TestCase("' ")]
    [TestCase("a = (now() + ")]
    [TestCase("IF NOT EXISTS (SELECT 1 FROM t) ")]
    [TestCase("BEGIN ")]
    [TestCase("BEGIN TRY INSERT INTO t VALUES (1) END TRY BEGIN CATCH UPDATE t SET a = 1 END CATCH ")]
    [TestCase("ELSE ")]
    [TestCase("GO\n")]
    [TestCase("SELECT ")]
    [TestCase("SELECT a FROM t, ")]
    [TestCase("UPDATE t SET a = a + 1 ")]
    [TestCase("INSERT INTO t SELECT a FROM s WHERE NOT EXISTS (SELECT 1 FROM u WHERE ")]
    [TestCase("INSERT INTO t SELECT a FROM s LEFT JOIN t ON 1 = 1 ")]
    [TestCase("WITH a AS (INSERT INTO t VALUES (1)) ")]
    [TestCase("WITH a AS (")]
    [TestCase("MERGE INTO t USING s ON 1 = 1 WHEN MATCHED THEN INSERT ")]
    [TestCase("DECLARE ")]
    [TestCase("WHEN ")]
    [TestCase("￼ ")]
    [TestCase("a.")]
    [TestCase("{a")]
    [TestCase("CREATE TABLE t (a int, b int) ")]
    [TestCase("CREATE PROCEDURE p AS BEGIN ")]
    [TestCase("DELETE FROM t ")]
    [TestCase("DEFINER ")]
    [TestCase("EXEC('INSERT INTO t VALUES (1)') ")]
    [TestCase("EXEC('EXEC(''INSERT INTO t VALUES (1)'')') ")]
    [TestCase("EXECUTE IMMEDIATE '")]
    [TestCase("EXEC sp_executesql N'UPDATE t SET a = a + 1' ")]
    public void Repeating_a_fragment_takes_linear_steps(string fragment)
    {
        foreach (var dialect in Dialects)
            Check(string.Concat(Enumerable.Repeat(fragment, 20_000 / fragment.Length)), dialect);
    }

    [TestCase("n + ", "1", "")]
    [TestCase("(n + ", "1", ")")]
    [TestCase("coalesce(n, ", "1", ")")]
    [TestCase("CASE WHEN n = 1 THEN ", "1", " END")]
    [TestCase("(SELECT ", "1", ")")]
    public void Deep_values_take_linear_steps(string open, string inner, string close)
    {
        const int depth = 2_000;
        var value = string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));
        foreach (var text in new[] { "UPDATE t SET n = ", "INSERT INTO t (n) SELECT ", "DELETE FROM t WHERE n = ", "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = " })
            Check(text + value, SqlDialect.Generic);
    }

    private static void Check(string text, SqlDialect dialect)
    {
        var script = SqlReader.Read(new SqlText(text, dialect), out var steps);
        _ = SqlReader.MayBeSql(text);
        _ = SqlSchema.Empty.Add(script);
        foreach (var statement in script.Statements)
        {
            if (statement.Span.Start < 0 || statement.Span.End > text.Length || statement.HeadSpan.Start < 0 || statement.HeadSpan.End > text.Length)
                Assert.Fail($"a span lies outside the text: {text}");
        }

        if (steps > FixedSteps + ((long)StepsPerCharacter * text.Length))
            Assert.Fail($"{steps} steps for {text.Length} characters: {text[..Math.Min(200, text.Length)]}");
    }
}
