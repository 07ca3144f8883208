namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>Statements as single dialects write them, all the way through the rules.</summary>
[Parallelizable(ParallelScope.All)]
public class SqlDialectShapesTests
{
    [TestCase("UPDATE a SET {|RERUN1004:a.Balance = a.Balance + s.Amount|} FROM accounts a JOIN staged_payments s ON s.AccountId = a.Id")]
    [TestCase("UPDATE Accounts SET {|RERUN1004:Balance = a.Balance + s.Amount|} FROM Accounts AS a INNER JOIN Payments AS s ON s.AccountId = a.Id")]
    [TestCase("UPDATE Accounts SET {|RERUN1004:Balance += @amount|} WHERE Id = @id")]
    [TestCase("UPDATE Accounts SET {|RERUN1004:Balance = ISNULL(Balance, 0) + @amount|} WHERE Id = @id")]
    [TestCase("EXEC sp_executesql N'UPDATE Accounts SET {|RERUN1004:Balance = Balance + 1|} WHERE Kind = ''x'''")]
    [TestCase("EXEC('{|RERUN1001:INSERT INTO Orders|} (Id, Kind) VALUES (1, ''x'')')")]
    [TestCase("{|RERUN1001:MERGE INTO Orders|} USING (VALUES (@id)) AS s (Id) ON 1 = 0 WHEN NOT MATCHED THEN INSERT (Id) VALUES (s.Id);")]
    public Task T_SQL_repeats(string sql) => Verify.LibraryAsync(Job(sql, "Microsoft.Data.SqlClient.SqlConnection db"));

    [TestCase("UPDATE a SET a.Balance = s.Balance FROM Accounts a JOIN Payments s ON s.AccountId = a.Id")]
    [TestCase("UPDATE a SET a.Balance = s.Balance + 1 FROM Accounts a JOIN Payments s ON s.AccountId = a.Id")]
    [TestCase("EXEC sp_executesql N'UPDATE Accounts SET Balance = 1 WHERE Kind = ''x'''")]
    [TestCase("EXEC dbo.AddOrder @id")]
    [TestCase("IF NOT EXISTS (SELECT 1 FROM Orders WHERE Id = @id) EXEC('INSERT INTO Orders (Id) VALUES (1)')")]
    [TestCase("INSERT INTO #Staged EXEC dbo.GetOrders @day")]
    public Task T_SQL_converges(string sql) => Verify.LibraryAsync(Job(sql, "Microsoft.Data.SqlClient.SqlConnection db"));

    [TestCase("UPDATE staging s JOIN accounts a ON a.id = s.account SET {|RERUN1004:a.n = a.n + 1|}")]
    public Task MySQL_repeats(string sql) => Verify.LibraryAsync(Job(sql, "MySqlConnector.MySqlConnection db"));

    [TestCase("UPDATE staging s JOIN accounts a ON a.id = s.account SET a.n = s.n + 1")]
    public Task MySQL_converges(string sql) => Verify.LibraryAsync(Job(sql, "MySqlConnector.MySqlConnection db"));

    [Test]
    public Task A_table_that_keeps_one_row_for_each_key_converges() => Verify.WithFilesAsync(
        Job("INSERT INTO prices (id, price) VALUES (@id, @price)", "SqliteConnection db"),
        [("/schema.sql", "CREATE TABLE prices (id UInt64, price Float64) ENGINE = ReplacingMergeTree ORDER BY id;")]);

    [Test]
    public Task A_table_that_keeps_every_row_repeats() => Verify.WithFilesAsync(
        Job("{|RERUN1001:INSERT INTO prices|} (id, price) VALUES (@id, @price)", "SqliteConnection db"),
        [("/schema.sql", "CREATE TABLE prices (id UInt64, price Float64) ENGINE = MergeTree ORDER BY id;")]);

    private static string Job(string sql, string parameters) => Jobs.Once($"db.Execute(\"{sql}\");", parameters: parameters);
}
