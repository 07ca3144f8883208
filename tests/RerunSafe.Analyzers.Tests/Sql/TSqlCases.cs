using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class TSqlCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT INTO dbo.Orders (Id, Amount) VALUES (@id, @amount)", RerunEffect.Repeats),
        Case("INSERT [dbo].[Orders] ([Id], [Amount]) VALUES (@id, @amount)", RerunEffect.Repeats),
        Case("INSERT Orders (Id, Amount) SELECT Id, Amount FROM Staging", RerunEffect.Repeats),
        Case("INSERT INTO Orders (Id) OUTPUT INSERTED.Id VALUES (@id)", RerunEffect.Repeats),
        Case("INSERT INTO Orders WITH (TABLOCK) (Id, Amount) SELECT Id, Amount FROM Staging WITH (NOLOCK)", RerunEffect.Repeats),
        Case("INSERT INTO Orders DEFAULT VALUES", RerunEffect.Repeats),
        Case("INSERT INTO Orders (Id, Amount) EXEC dbo.GetOrders @day", RerunEffect.Repeats),
        Case("INSERT TOP (100) INTO Orders (Id) SELECT Id FROM Staging", RerunEffect.Repeats),
        Case("SET NOCOUNT ON INSERT INTO Orders (Id) VALUES (@id) SELECT SCOPE_IDENTITY()", RerunEffect.Repeats),
        Case("SET IDENTITY_INSERT Orders ON; INSERT INTO Orders (Id) VALUES (@id); SET IDENTITY_INSERT Orders OFF;", RerunEffect.Repeats),
        Case("IF NOT EXISTS (SELECT 1 FROM Orders WHERE Id = @id) INSERT INTO Orders (Id) VALUES (@id)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("IF NOT EXISTS (SELECT * FROM Orders WITH (UPDLOCK, HOLDLOCK) WHERE Id = @id)\nBEGIN\n    INSERT INTO Orders (Id) VALUES (@id);\nEND", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("IF EXISTS (SELECT 1 FROM Orders WHERE Id = @id) UPDATE Orders SET Amount = @a WHERE Id = @id ELSE INSERT INTO Orders (Id, Amount) VALUES (@id, @a)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("IF EXISTS (SELECT 1 FROM Orders WHERE Id = @id) BEGIN UPDATE Orders SET Amount = @a WHERE Id = @id END ELSE BEGIN INSERT INTO Orders (Id, Amount) VALUES (@id, @a) END", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("UPDATE Orders SET Amount = @a WHERE Id = @id IF @@ROWCOUNT = 0 INSERT INTO Orders (Id, Amount) VALUES (@id, @a)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("UPDATE Orders SET Amount = @a WHERE Id = @id; IF @@ROWCOUNT = 0 BEGIN INSERT INTO Orders (Id, Amount) VALUES (@id, @a); END", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("IF EXISTS (SELECT 1 FROM Customers WHERE Id = @c) INSERT INTO Orders (CustomerId) VALUES (@c)", RerunEffect.Repeats),
        Case("IF (SELECT COUNT(*) FROM Orders WHERE Id = @id) = 0 INSERT INTO Orders (Id) VALUES (@id)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("DECLARE @n int; SELECT @n = COUNT(*) FROM Orders WHERE Id = @id; IF @n = 0 INSERT INTO Orders (Id) VALUES (@id)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("BEGIN TRY INSERT INTO Orders (Id) VALUES (@id) END TRY BEGIN CATCH IF ERROR_NUMBER() NOT IN (2601, 2627) THROW; END CATCH", RerunEffect.Converges, Convergence.UniqueViolationHandled),
        Case("BEGIN TRY INSERT INTO Orders (Id) VALUES (@id) END TRY BEGIN CATCH THROW; END CATCH", RerunEffect.Repeats),
        Case("BEGIN TRAN; DELETE FROM Orders WHERE Day = @day; INSERT INTO Orders (Id, Day) SELECT Id, Day FROM Staging; COMMIT TRAN;", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("DELETE Orders WHERE Day = @day INSERT INTO Orders (Id, Day) SELECT Id, Day FROM Staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("TRUNCATE TABLE dbo.Orders INSERT INTO dbo.Orders SELECT * FROM dbo.Staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("DELETE FROM Log WHERE Created < DATEADD(day, -30, GETDATE()); INSERT INTO Log (Message) VALUES (@m)", RerunEffect.Repeats),
        Case("MERGE Orders AS t USING (SELECT @id AS Id, @a AS Amount) AS s ON t.Id = s.Id WHEN MATCHED THEN UPDATE SET Amount = s.Amount WHEN NOT MATCHED THEN INSERT (Id, Amount) VALUES (s.Id, s.Amount);", RerunEffect.Converges, Convergence.MergeOnKey),
        Case("MERGE INTO dbo.Orders WITH (HOLDLOCK) AS target USING Staging AS source ON (target.Id = source.Id) WHEN MATCHED AND target.Amount <> source.Amount THEN UPDATE SET target.Amount = source.Amount WHEN NOT MATCHED BY TARGET THEN INSERT (Id, Amount) VALUES (source.Id, source.Amount) WHEN NOT MATCHED BY SOURCE THEN DELETE OUTPUT $action, inserted.Id;", RerunEffect.Converges, Convergence.MergeOnKey),
        Case("MERGE Orders AS t USING Staging AS s ON t.Id = s.Id WHEN MATCHED THEN UPDATE SET t.Amount = t.Amount + s.Amount WHEN NOT MATCHED THEN INSERT (Id, Amount) VALUES (s.Id, s.Amount);", RerunEffect.Relative, Convergence.MergeOnKey),
        Case("MERGE Orders AS t USING Staging AS s ON t.Id = s.Id WHEN MATCHED THEN UPDATE SET t.Amount += s.Amount;", RerunEffect.Relative, Convergence.MergeOnKey),
        Case("MERGE INTO Orders USING @rows AS r ON 1 = 0 WHEN NOT MATCHED THEN INSERT (Id) VALUES (r.Id) OUTPUT r.Row, inserted.Id;", RerunEffect.Repeats),
        Case("UPDATE Orders SET Amount = Amount + @a WHERE Id = @id", RerunEffect.Relative),
        Case("UPDATE o SET o.Amount = o.Amount - s.Amount FROM Orders o INNER JOIN Staging s ON s.Id = o.Id", RerunEffect.Relative),
        Case("UPDATE o SET o.Amount = s.Amount - 1 FROM Orders o INNER JOIN Staging s ON s.Id = o.Id", RerunEffect.Converges, Convergence.Absolute),
        Case("UPDATE Orders SET Amount += @a WHERE Id = @id", RerunEffect.Relative),
        Case("UPDATE Orders SET Name = CONCAT(Name, @suffix) WHERE Id = @id", RerunEffect.Relative),
        Case("UPDATE Orders SET Due = DATEADD(day, 1, Due) WHERE Id = @id", RerunEffect.Relative),
        Case("UPDATE TOP (10) Jobs SET Taken = 1 WHERE Taken = 0", RerunEffect.Unknown),
        Case("DELETE TOP (1000) FROM Orders WHERE Day < @day", RerunEffect.Unknown),
        Case("INSERT INTO #tmp (Id) SELECT Id FROM Orders; SELECT Id FROM #tmp", RerunEffect.None),
        Case("DECLARE @t TABLE (Id int); INSERT INTO @t (Id) SELECT Id FROM Orders; SELECT Id FROM @t", RerunEffect.None),
        Case("SELECT Id, Amount INTO #copy FROM Orders", RerunEffect.None),
        Case("SELECT Id, Amount INTO dbo.OrdersCopy FROM Orders", RerunEffect.Unknown),
        Case("EXEC dbo.LoadOrders @day = @day", RerunEffect.Unknown),
        Case("WITH src AS (SELECT Id, Amount FROM Staging) INSERT INTO Orders (Id, Amount) SELECT Id, Amount FROM src WHERE NOT EXISTS (SELECT 1 FROM Orders o WHERE o.Id = src.Id)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("BULK INSERT Orders FROM 'c:\\data\\orders.csv' WITH (FIELDTERMINATOR = ',')", RerunEffect.Repeats),
        Case("INSERT INTO Orders (Id) VALUES (@id)\nGO\nINSERT INTO Lines (Id) VALUES (@id)\nGO", RerunEffect.Repeats),
        Case("IF OBJECT_ID('dbo.Orders') IS NULL CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY)", RerunEffect.None),
        Case("CREATE PROCEDURE dbo.AddOrder @id int AS BEGIN INSERT INTO Orders (Id) VALUES (@id); END", RerunEffect.None),
        Case("DECLARE @x int = 1; SET @x = @x + 1; SELECT @x", RerunEffect.None),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.TSql, text, effect, convergence);
}
