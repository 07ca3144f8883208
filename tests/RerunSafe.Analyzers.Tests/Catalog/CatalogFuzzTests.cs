using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>Whatever a file holds, the reader ends, throws nothing and reports places inside the text.</summary>
public class CatalogFuzzTests
{
    private const int Mutations = 20_000;
    private const int Seed = 20260131;

    private const string Text = """
        {
          // mine
          "$schema": "./rerunsafe.schema.json", "library": "Shop",
          "apis": [
            { "id": ["M:Shop.Sql.Run", "M:Shop.Sql.RunAsync(System.String)"], "meaning": "execute-sql", "argument": "text", "result": "rows" },
            { "id": "P:Shop.Clock.Now", "meaning": "clock" /* wall */, },
          ],
          "roots": [{ "id": "*Job.Go", "kind": "name", "perRecord": true, "onThrow": "stops" }],
          "exceptions": [{ "id": "T:Shop.Twice`1", "meaning": "unique-violation", "member": "Code", "values": ["7", "\u0041\n"] }],
          "names": [{ "pattern": "^ledger_*", "meaning": "status" }]
        }
        """;

    private static readonly string[] Pieces = ["{", "}", "[", "]", "\"", ",", ":", "\\", "//", "/*", "*/", "\n", "\0", "\uFEFF", "\uD800", "null", "1e999", "\\u12", "[[[[", "}}}}", " "];

    [Test]
    public void No_truncation_or_mutation_breaks_the_reader()
    {
        var random = new Random(Seed);
        var unharmed = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var text = i < Text.Length ? Text[..i] : Mutate(random);
            var content = CatalogReader.Read(text);
            if (content.Problems.IsEmpty)
                unharmed++;
            foreach (var problem in content.Problems)
            {
                if (problem.Start < 0 || problem.Length < 0 || problem.Start + problem.Length > text.Length || problem.Wrong.Length == 0 || problem.Cure.Length == 0)
                    Assert.Fail($"mutation {i}: problem {problem} of a text of {text.Length} characters");
            }

            if (content.Problems.Length > JsonReader.MaxProblems || content.Data.Apis.Any(a => CatalogIds.Mistake(a.Id, "MP") is not null))
                Assert.Fail($"mutation {i}: {text}");
        }

        // Some mutations hit a comment or a blank; most must be noticed, or the test looks at nothing.
        Assert.That(unharmed, Is.InRange(1, Mutations / 2));
    }

    [Test]
    public void Every_truncation_is_noticed()
    {
        for (var length = 0; length < Text.TrimEnd().Length; length++)
            Assert.That(CatalogReader.Read(Text[..length]).Problems, Is.Not.Empty, $"the first {length} characters");
    }

    private static string Mutate(Random random)
    {
        var text = Text;
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(12), text.Length - at);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text.Insert(random.Next(text.Length + 1), text.Substring(at, length)),
                _ => text.Remove(at, length).Insert(at, ((char)random.Next(0x2030)).ToString()),
            };
            if (text.Length == 0)
                break;
        }

        return text;
    }
}
