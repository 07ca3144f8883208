using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Tests.Seams;

public class StepTextTests
{
    [TestCase("INSERT INTO orders VALUES (1)", "Write", "orders", 1)]
    [TestCase("  -- comment; INSERT\n/* BEGIN */ insert or ignore into main.\"my orders\" VALUES (';')", "Write", "my orders", 1)]
    [TestCase("REPLACE INTO [t] VALUES (1)", "Write", "t", 1)]
    [TestCase("UPDATE OR FAIL t SET a = 1", "Write", "t", 1)]
    [TestCase("DELETE FROM t", "Write", "t", 1)]
    [TestCase("MERGE INTO dbo.t USING s ON 1=1", "Write", "t", 1)]
    [TestCase("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "Write", "t", 1)]
    [TestCase("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "Write", "t", 1)]
    [TestCase("WITH x AS (SELECT replace(a, 'b', 'c') FROM t) SELECT * FROM x FOR UPDATE", "Query", null, 1)]
    [TestCase("SELECT 'INSERT INTO t'", "Query", null, 1)]
    [TestCase("SELECT * INTO copy FROM t", "Write", null, 1)]
    [TestCase("EXPLAIN INSERT INTO t VALUES (1)", "Query", null, 1)]
    [TestCase("VALUES (1)", "Query", null, 1)]
    [TestCase("PRAGMA foreign_keys = ON", "Query", null, 1)]
    [TestCase("PRAGMA user_version", "Query", null, 1)]
    [TestCase("PRAGMA user_version = 3", "Write", null, 1)]
    [TestCase("CREATE TABLE IF NOT EXISTS t (id)", "Write", "t", 1)]
    [TestCase("CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE u SET a = 1; DELETE FROM v; END; SELECT 1", "Write", null, 2)]
    [TestCase("frobnicate everything", "Write", null, 1)]
    [TestCase("BEGIN", "Begin", null, 1)]
    [TestCase("begin immediate transaction;", "Begin", null, 1)]
    [TestCase("BEGIN TRY INSERT INTO t VALUES (1) END TRY", "Write", null, 1)]
    [TestCase("START TRANSACTION", "Begin", null, 1)]
    [TestCase("COMMIT", "Commit", null, 1)]
    [TestCase("END TRANSACTION", "Commit", null, 1)]
    [TestCase("ROLLBACK", "Rollback", null, 1)]
    [TestCase("ROLLBACK TO s", "Savepoint", null, 1)]
    [TestCase("SAVEPOINT s", "Savepoint", null, 1)]
    [TestCase("INSERT INTO a VALUES (1); SELECT 1;", "Write", "a", 2)]
    [TestCase("SELECT 1; UPDATE b SET x = 1; DELETE FROM c", "Write", "b", 3)]
    [TestCase("BEGIN; INSERT INTO a VALUES (1); COMMIT", "Write", "a", 3)]
    [TestCase("INSERT INTO a VALUES (1); COMMIT", "Commit", "a", 2)]
    [TestCase("BEGIN; SELECT 1", "Begin", null, 2)]
    [TestCase("", "Query", null, 1)]
    [TestCase("/* never closed", "Query", null, 1)]
    [TestCase("INSERT INTO 'never closed", "Write", null, 1)]
    [TestCase("DO $body$ BEGIN; INSERT; $body$", "Write", null, 1)]
    public void A_text_is_classified(string sql, string kind, string? table, int statements)
    {
        var text = StepText.Of(sql);
        Assert.That((text.Kind.ToString(), text.Table, text.Statements), Is.EqualTo((kind, table, statements)));
    }

    [Test]
    public void A_statement_is_told_on_one_line_and_cut()
    {
        Assert.That(StepText.Of("INSERT INTO t -- why\n  VALUES\t('a b')  ;").Statement, Is.EqualTo("INSERT INTO t VALUES ('a b')"));
        Assert.That(StepText.Of("SELECT " + new string('1', 5_000)).Statement, Has.Length.LessThanOrEqualTo(401).And.EndsWith("…"));
    }
}
