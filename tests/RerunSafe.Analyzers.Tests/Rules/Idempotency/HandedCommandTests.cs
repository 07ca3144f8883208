namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001 where the command is made here and run by a helper.</summary>
[Parallelizable(ParallelScope.All)]
public class HandedCommandTests
{
    private static string Job(string insert, string helper) => Jobs.PerLine($$"""
        using var command = new SqliteCommand("{{insert}} (id) VALUES (@id)", db);
        command.Parameters.AddWithValue("@id", id);
        Run(command);
        """, members: helper);

    [TestCase("private static void Run(SqliteCommand command) => command.ExecuteNonQuery();")]
    [TestCase("private static void Run(DbCommand command) => command.ExecuteNonQuery();")]
    [TestCase("private static void Run(SqliteCommand command) => Deep(command); private static void Deep(SqliteCommand command) { command.Prepare(); command.ExecuteNonQuery(); }")]
    public Task A_helper_that_runs_it(string helper) => Verify.LibraryAsync(Job("{|RERUN1001:INSERT INTO orders|}", helper));

    [Test]
    public Task A_helper_that_runs_it_not() => Verify.LibraryAsync(Job("INSERT INTO orders", "private static void Run(SqliteCommand command) => Console.WriteLine(command.CommandText);"));

    [Test]
    public Task A_table_that_is_called_news_is_no_staging_table() => Verify.LibraryAsync(Jobs.PerLine("""
        db.Query($"{|RERUN1001:insert into news|} values ('{id}')");
        """));
}
