namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001 on longer pieces, as importers, indexers and payout engines are written.</summary>
[Parallelizable(ParallelScope.All)]
public class InsertShapesInTheWildTests
{
    [Test]
    public Task A_builder_of_rows_with_characters_and_a_clause_at_the_end() => Verify.LibraryAsync("using System.Text;\n" + Jobs.Once("""
        var sb = new StringBuilder();
        sb.Append("INSERT INTO prices (sku, price) VALUES ");
        var rows = File.ReadAllLines("prices.csv");
        for (var i = 0; i < rows.Length; i++)
        {
            var cells = rows[i].Split(';');
            sb.Append('(').Append('\'').Append(cells[0]).Append('\'').Append(", ").Append(cells[1]).Append(')');
            if (i < rows.Length - 1)
                sb.Append(", ");
        }
        sb.Append(" ON CONFLICT (sku) DO UPDATE SET price = excluded.price");
        sb.Append(';');
        await db.ExecuteAsync(sb.ToString());
        """));

    [Test]
    public Task A_builder_of_rows_with_characters_and_no_clause() => Verify.LibraryAsync("using System.Text;\n" + Jobs.Once("""
        var sb = new StringBuilder();
        sb.Append("{|RERUN1001:INSERT INTO prices|} (sku, price) VALUES ");
        var rows = File.ReadAllLines("prices.csv");
        for (var i = 0; i < rows.Length; i++)
        {
            var cells = rows[i].Split(';');
            sb.Append('(').Append('\'').Append(cells[0]).Append('\'').Append(", ").Append(cells[1]).Append(')');
            if (i < rows.Length - 1)
                sb.Append(", ");
        }
        sb.Append(';');
        await db.ExecuteAsync(sb.ToString());
        """));

    [Test]
    public Task An_indexer_that_moves_its_level_in_one_transaction() => Verify.LibraryAsync("""
        public class Indexer(SqliteConnection db, IEnumerable<IProcessor> processors) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    var level = db.QuerySingle<long>("SELECT level FROM app_state");
                    using var tx = db.BeginTransaction();
                    foreach (var processor in processors)
                        processor.Apply(level + 1, db, tx);
                    db.Execute("UPDATE app_state SET level = @next", new { next = level + 1 }, tx);
                    tx.Commit();
                    await Task.Delay(100, stoppingToken);
                }
            }
        }

        public interface IProcessor { void Apply(long level, IDbConnection db, IDbTransaction tx); }
        """, """
        public class Transfers : IProcessor
        {
            public void Apply(long level, IDbConnection db, IDbTransaction tx)
            {
                db.Execute("INSERT INTO transfers (level, amount) VALUES (@level, 1)", new { level }, tx);
                db.Execute("UPDATE accounts SET balance = balance + 1 WHERE level = @level", new { level }, tx);
            }
        }
        """);

    [Test]
    public Task One_batch_with_the_state_of_PostgreSQL() => Verify.LibraryAsync(Jobs.Once(""""
        foreach (var line in File.ReadLines("blocks.csv"))
        {
            await db.ExecuteAsync("""
                BEGIN;
                INSERT INTO blocks (hash) VALUES (@line);
                UPDATE app_state SET level = @level;
                COMMIT;
                """, new { line, level = 1 });
        }
        """", parameters: "Npgsql.NpgsqlConnection db"));

    [Test]
    public Task A_payout_that_is_confirmed_in_the_transaction_of_the_wrapper() => Verify.LibraryAsync("""
        public class PayoutJob(ConnectionFactory factory, BalanceRepository balances) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await factory.RunTx(async (con, tx) =>
                {
                    foreach (var block in await con.QueryAsync<string>("SELECT id FROM blocks WHERE status = 'pending'", null, tx))
                    {
                        await balances.AddAsync(con, tx, block, 5);
                        await con.ExecuteAsync("UPDATE blocks SET status = 'confirmed' WHERE id = @block", new { block }, tx);
                    }
                });
            }
        }
        """, """
        public class ConnectionFactory
        {
            public async Task RunTx(Func<IDbConnection, IDbTransaction, Task> action)
            {
                await using var con = new Npgsql.NpgsqlConnection("Host=db");
                await con.OpenAsync();
                await using var tx = await con.BeginTransactionAsync();
                try
                {
                    await action(con, tx);
                    await tx.CommitAsync();
                }
                catch
                {
                    await tx.RollbackAsync();
                    throw;
                }
            }
        }
        """, """
        public class BalanceRepository
        {
            public async Task AddAsync(IDbConnection con, IDbTransaction tx, string block, decimal amount)
            {
                await con.ExecuteAsync("INSERT INTO balance_changes (block, amount) VALUES (@block, @amount)", new { block, amount }, tx);
                await con.ExecuteAsync("UPDATE balances SET amount = amount + @amount", new { amount }, tx);
            }
        }
        """);

    [Test]
    public Task A_repository_that_looks_for_the_row_itself() => Verify.LibraryAsync("""
        public class SyncJob(CourseRepository courses) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var code in File.ReadLines("courses.csv"))
                    await courses.SaveAsync(code);
            }
        }
        """, """
        public class CourseRepository(SqliteConnection db)
        {
            public async Task SaveAsync(string code)
            {
                var row = await FindAsync(code);
                if (row is null)
                    await InsertAsync(code);
                else
                    await UpdateAsync(code);
            }

            private Task<string?> FindAsync(string code) => db.QueryFirstOrDefaultAsync<string?>("SELECT code FROM courses WHERE code = @code", new { code });
            private Task InsertAsync(string code) => db.ExecuteAsync("INSERT INTO courses (code) VALUES (@code)", new { code });
            private Task UpdateAsync(string code) => db.ExecuteAsync("UPDATE courses SET seen = 1 WHERE code = @code", new { code });
        }
        """);

    [Test]
    public Task A_transaction_scope_with_a_status() => Verify.LibraryAsync(Jobs.PerLine("""
        using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);
        await sql.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        await sql.ExecuteAsync("UPDATE uploads SET status = 'done' WHERE id = @id", new { id });
        scope.Complete();
        """, before: """using var sql = new Microsoft.Data.SqlClient.SqlConnection("Server=db");"""));

    [Test]
    public Task An_execution_strategy_around_a_transaction_with_a_status() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var id in File.ReadLines("orders.csv"))
        {
            var strategy = context.Database.CreateExecutionStrategy();
            await strategy.ExecuteAsync(async () =>
            {
                await using var tx = await context.Database.BeginTransactionAsync(stoppingToken);
                await context.Database.ExecuteSqlAsync($"INSERT INTO orders (id) VALUES ({id})");
                await context.Database.ExecuteSqlAsync($"UPDATE uploads SET status = 'done' WHERE id = {id}");
                await tx.CommitAsync(stoppingToken);
            });
        }
        """, parameters: "ShopContext context", types: "public class ShopContext : DbContext;"));

    [Test]
    public Task A_rerun_policy_around_the_insert() => Verify.LibraryAsync(Jobs.PerLine("""
        await RetryAsync(() => db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id }), 3);
        """, members: """
        private static async Task RetryAsync(Func<Task> work, int times)
        {
            for (var i = 1; ; i++)
            {
                try { await work(); return; }
                catch (SqliteException) when (i < times) { await Task.Delay(100); }
            }
        }
        """));

    [Test]
    public Task A_permanent_table_whose_name_only_suggests_staging() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO temperatures|} (sensor) VALUES (@id)", new { id });
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO templates|} (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_table_whose_name_is_a_hole() => Verify.LibraryAsync(Jobs.PerLine("""
        var table = amount > 0 ? "sales" : "refunds";
        await db.ExecuteAsync($"{|RERUN1001:INSERT INTO |}{table} (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task An_expression_that_schedules_a_plain_class() => Verify.LibraryAsync("""
        using System.Linq.Expressions;

        public interface IBackgroundJobScheduler { Task EnqueueAsync<T>(Expression<Func<T, Task>> job); }

        public class Uploads(IBackgroundJobScheduler jobs)
        {
            public Task AcceptAsync(string file) => jobs.EnqueueAsync<NightlyImportJob>(j => j.ExecuteAsync(file));
        }

        public class NightlyImportJob(SqliteConnection db)
        {
            public async Task ExecuteAsync(string file)
            {
                foreach (var id in File.ReadLines(file))
                    await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });
            }
        }
        """);

    [Test]
    public Task A_mediator_between_look_up_and_insert_is_not_reached() => Verify.LibraryAsync("""
        public interface IRequest<T>;
        public interface IMediator { Task<T> Send<T>(IRequest<T> request); }
        public sealed record FindCourse(string Code) : IRequest<string?>;
        public sealed record InsertCourse(string Code) : IRequest<int>;

        public class SyncJob(IMediator mediator) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var code in File.ReadLines("courses.csv"))
                {
                    if (await mediator.Send(new FindCourse(code)) is null)
                        await mediator.Send(new InsertCourse(code));
                }
            }
        }

        public class InsertCourseWork(SqliteConnection db)
        {
            public Task<int> Handle(InsertCourse request) => db.ExecuteAsync("INSERT INTO courses (code) VALUES (@Code)", request);
        }
        """);

    [Test]
    public Task Failed_updates_are_inserted_by_a_second_loop() => Verify.LibraryAsync(Jobs.Once("""
        var missing = new List<string>();
        foreach (var id in File.ReadLines("orders.csv"))
        {
            if (db.Execute("UPDATE orders SET seen = 1 WHERE id = @id", new { id }) == 0)
                missing.Add(id);
        }

        foreach (var id in missing)
            await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_transaction_in_a_field_with_a_status() => Verify.LibraryAsync("""
        public class ImportJob(SqliteConnection db) : BackgroundService
        {
            private SqliteTransaction? _transaction;

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var id in File.ReadLines("orders.csv"))
                {
                    Begin();
                    await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id }, _transaction);
                    await db.ExecuteAsync("UPDATE uploads SET status = 'done' WHERE id = @id", new { id }, _transaction);
                    _transaction!.Commit();
                }
            }

            private void Begin() => _transaction = db.BeginTransaction();
        }
        """);

    [Test]
    public Task The_first_half_of_a_switch_inserts() => Verify.LibraryAsync(Jobs.PerLine("""
        var n = await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id });
        switch (n)
        {
            case 0:
                await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
                break;
            default:
                await db.ExecuteAsync("UPDATE orders SET amount = @amount WHERE id = @id", new { id, amount });
                break;
        }
        """));

    [TestCase("server_stats", "created", Microsoft.CodeAnalysis.DiagnosticSeverity.Info)]
    [TestCase("server_stats", "day", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)]
    [TestCase("orders", "created", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)]
    public Task A_table_of_readings_is_only_a_hint(string table, string column, Microsoft.CodeAnalysis.DiagnosticSeverity severity) => Verify.SeverityAsync("RERUN1001", severity, Jobs.Once($$"""
        var load = Environment.WorkingSet;
        await db.ExecuteAsync("INSERT INTO {{table}} (load, {{column}}) VALUES (@load, @at)", new { load, at = stoppingToken.ToString() });
        """));

    [TestCase("LogRoomEvent", "INSERT INTO room_events")]
    [TestCase("LoginUser", "{|RERUN1001:INSERT INTO room_events|}")]
    [TestCase("AddRoomEvent", "{|RERUN1001:INSERT INTO room_events|}")]
    public Task A_method_that_logs_by_its_name(string method, string insert) => Verify.LibraryAsync($$"""
        public class Rooms(IDbConnection db) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => {{method}}("opened");

            public Task {{method}}(string what) => db.ExecuteAsync("{{insert}} (what) VALUES (@what)", new { what });
        }
        """);
}
