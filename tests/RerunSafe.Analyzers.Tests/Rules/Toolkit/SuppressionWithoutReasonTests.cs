using RerunSafe.Analyzers.Tests.Rules.Idempotency;

namespace RerunSafe.Analyzers.Tests.Rules.Toolkit;

/// <summary>RERUN0004: a comment in SQL that silences a rule and does not say why.</summary>
[Parallelizable(ParallelScope.All)]
public class SuppressionWithoutReasonTests
{
    private const string On = "dotnet_diagnostic.RERUN0004.severity = warning";

    [TestCase("{|RERUN0004:-- rerunsafe:ignore RERUN1001|}\nINSERT INTO orders (id) VALUES (1);")]
    [TestCase("{|RERUN0004:-- rerunsafe:ignore RERUN1001, RERUN1004|}\nINSERT INTO orders (id) VALUES (1);")]
    [TestCase("{|RERUN0004:-- rerunsafe:ignore RERUN1001 --|}\nINSERT INTO orders (id) VALUES (1);")]
    [TestCase("{|RERUN0004:/* rerunsafe:ignore RERUN1001 */|}\nINSERT INTO orders (id) VALUES (1);")]
    [TestCase("-- rerunsafe:ignore RERUN1001 every attempt is kept\nINSERT INTO orders (id) VALUES (1);")]
    [TestCase("{|RERUN0001:-- rerunsafe:ignore|}\nSELECT 1;")]
    [TestCase("INSERT INTO notes (text) VALUES ('rerunsafe:ignore RERUN1001') ON CONFLICT DO NOTHING;")]
    public Task In_a_file(string content) =>
        Verify.WithFilesAsync(Jobs.Once("""db.Execute(File.ReadAllText("Load.sql"));"""), [("/shop/Load.sql", content)], On);

    [TestCase("""db.Execute("INSERT INTO orders (id) VALUES (1) {|RERUN0004:-- rerunsafe:ignore RERUN1001|}");""")]
    [TestCase("""db.Execute("INSERT INTO orders (id) VALUES (1) -- rerunsafe:ignore RERUN1001 every attempt is kept");""")]
    public Task In_a_text_of_the_source(string body) => Verify.WithOptionsAsync(Jobs.Once(body), On);

    [Test]
    public Task It_is_off_by_default() => Verify.SaysNothingAsync(Jobs.Once("""db.Execute("INSERT INTO orders (id) VALUES (1) -- rerunsafe:ignore RERUN1001");"""));
}
