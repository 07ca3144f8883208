using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

public class MayBeSqlTests
{
    [TestCase("")]
    [TestCase("Update the record")]
    [TestCase("Please select a file")]
    [TestCase("Select a file from the list")]
    [TestCase("Could not insert into the list")]
    [TestCase("Failed to delete from cart")]
    [TestCase("Delete the selected items")]
    [TestCase("Insert coin")]
    [TestCase("Create a table reservation")]
    [TestCase("Execute the job")]
    [TestCase("Call the server (now)")]
    [TestCase("Begin processing")]
    [TestCase("Merge the branches")]
    [TestCase("Copy the file from here")]
    [TestCase("https://example.org/select?from=1")]
    [TestCase("Commit to it")]
    [TestCase("orders")]
    [TestCase("Truncate the text")]
    [TestCase("Replace the text")]
    [TestCase("The update set failed: a = b")]
    [TestCase("Truncate text")]
    [TestCase("TRUNCATE LONG NAMES")]
    public void Prose_is_refused(string text) => Assert.That(SqlReader.MayBeSql(text), Is.False);

    [TestCase("insert into t values (1)")]
    [TestCase("-- load\ninsert into t values (1)")]
    [TestCase("\uFFFC INSERT INTO t VALUES (1)")]
    [TestCase("if not exists (select 1 from t) insert into t values (1)")]
    [TestCase("INSERT Orders (Id) VALUES (@id)")]
    [TestCase("update t set a = 1")]
    [TestCase("UPDATE \uFFFC SET \uFFFC")]
    [TestCase("delete from t")]
    [TestCase("Select * From t")]
    [TestCase("SELECT id FROM t")]
    [TestCase("SELECT add_order($1, $2)")]
    [TestCase("with x as (select a from b) select a from x")]
    [TestCase("merge into t using s on t.a = s.a when matched then delete")]
    [TestCase("TRUNCATE TABLE t")]
    [TestCase("TRUNCATE t")]
    [TestCase("TRUNCATE sales.t, sales.u RESTART IDENTITY CASCADE")]
    [TestCase("create table t (a int)")]
    [TestCase("COPY t (a, b) FROM STDIN")]
    [TestCase("EXEC dbo.load @day")]
    [TestCase("CALL load(?)")]
    [TestCase("BEGIN TRANSACTION")]
    [TestCase("COMMIT")]
    [TestCase("DO $$ BEGIN INSERT INTO t VALUES (1); END $$")]
    public void Sql_is_accepted(string text) => Assert.That(SqlReader.MayBeSql(text), Is.True);

    [Test]
    public void Asking_allocates_nothing()
    {
        const string text = "A long text that holds select and update and from and insert, but no statement at all; it goes on (and on).";
        _ = SqlReader.MayBeSql(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _ = SqlReader.MayBeSql(text);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
