namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001 on the paths of schedulers, hosts, programs and timers, and silence off them.</summary>
[Parallelizable(ParallelScope.All)]
public class InsertRootTests
{
    private const string Repeated = """db.Execute("{|RERUN1001:INSERT INTO orders|} (id) VALUES (1)");""";
    private const string Plain = """db.Execute("INSERT INTO orders (id) VALUES (1)");""";

    [Test]
    public Task A_hosted_service() => Verify.LibraryAsync($$"""
        public class Seeder(SqliteConnection db) : IHostedService
        {
            public Task StartAsync(CancellationToken cancellationToken)
            {
                {{Repeated}}
                return Task.CompletedTask;
            }

            public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        }
        """);

    [Test]
    public Task A_loop_over_a_periodic_timer() => Verify.LibraryAsync($$"""
        public class Poller(SqliteConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1));
                while (await timer.WaitForNextTickAsync(stoppingToken))
                    Tick();
            }

            private void Tick()
            {
                {{Repeated}}
            }
        }
        """);

    [Test]
    public Task A_job_of_Quartz() => Verify.LibraryAsync($$"""
        using Quartz;

        [DisallowConcurrentExecution]
        public class NightlyImport(SqliteConnection db) : IJob
        {
            public Task Execute(IJobExecutionContext context)
            {
                {{Repeated}}
                return Task.CompletedTask;
            }
        }
        """);

    [Test]
    public Task A_job_of_Quartz_over_a_base_class() => Verify.LibraryAsync($$"""
        using Quartz;

        public abstract class JobBase : IJob
        {
            public async Task Execute(IJobExecutionContext context)
            {
                try
                {
                    await RunAsync(context.CancellationToken);
                }
                catch (Exception e)
                {
                    throw new JobExecutionException(e);
                }
            }

            protected abstract Task RunAsync(CancellationToken cancellation);
        }

        public class NightlyImport(SqliteConnection db) : JobBase
        {
            protected override Task RunAsync(CancellationToken cancellation)
            {
                {{Repeated}}
                return Task.CompletedTask;
            }
        }
        """);

    [Test]
    public Task A_recurring_job_of_Hangfire() => Verify.LibraryAsync($$"""
        using Hangfire;

        public static class Schedule
        {
            public static void Start() => RecurringJob.AddOrUpdate<Importer>("import", i => i.ImportAsync("orders.csv"), Cron.Daily());
        }

        public class Importer(SqliteConnection db)
        {
            public Task ImportAsync(string file)
            {
                {{Repeated}}
                return Task.CompletedTask;
            }
        }
        """);

    [Test]
    public Task A_job_that_an_interface_of_Hangfire_enqueues() => Verify.LibraryAsync($$"""
        using Hangfire;

        public class Upload(IBackgroundJobClient jobs)
        {
            public void Accept(string file) => jobs.Enqueue<IImporter>(i => i.Import(file));
        }

        public interface IImporter { void Import(string file); }

        public class Importer(SqliteConnection db) : IImporter
        {
            public void Import(string file)
            {
                {{Repeated}}
            }
        }
        """);

    [Test]
    public Task A_method_with_the_attribute_of_Hangfire() => Verify.LibraryAsync($$"""
        using Hangfire;

        public class Importer(SqliteConnection db)
        {
            [AutomaticRetry(Attempts = 5)]
            public void Import(string file)
            {
                {{Repeated}}
            }
        }
        """);

    [Test]
    public Task A_batch_program() => Verify.ProgramAsync($$"""
        internal static class Program
        {
            private static void Main(string[] args)
            {
                using var db = new SqliteConnection("Data Source=shop.db");
                foreach (var line in File.ReadLines(args[0]))
                    Import(db, line);
            }

            private static void Import(SqliteConnection db, string line)
            {
                {{Repeated}}
            }
        }
        """);

    [Test]
    public Task Top_level_statements() => Verify.ProgramAsync($$"""
        using var db = new SqliteConnection("Data Source=shop.db");
        foreach (var line in File.ReadLines(args[0]))
        {
            {{Repeated}}
        }
        """);

    [Test]
    public Task A_program_without_records_is_no_batch() => Verify.ProgramAsync($$"""
        using var db = new SqliteConnection("Data Source=shop.db");
        {{Plain}}
        """);

    [Test]
    public Task A_threading_timer() => Verify.LibraryAsync($$"""
        public sealed class Poller(SqliteConnection db)
        {
            private Timer? _timer;

            public void Start() => _timer = new Timer(_ => Tick(), null, TimeSpan.Zero, TimeSpan.FromMinutes(5));

            private void Tick()
            {
                {{Repeated}}
            }
        }
        """);

    [Test]
    public Task A_handler_of_a_timer_event() => Verify.LibraryAsync($$"""
        public sealed class Poller
        {
            public Poller(SqliteConnection db)
            {
                var timer = new System.Timers.Timer(60_000);
                timer.Elapsed += (_, _) =>
                {
                    {{Repeated}}
                };
                timer.Start();
            }
        }
        """);

    [Test]
    public Task A_repository_behind_an_interface() => Verify.LibraryAsync("""
        public class ImportJob(IOrders orders) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                    await orders.AddAsync(line);
            }
        }

        public interface IOrders { Task AddAsync(string id); }
        """,
        """
        public class Orders(SqliteConnection db) : IOrders
        {
            public Task AddAsync(string id) => db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });
        }
        """);

    [Test]
    public Task A_wrapper_of_the_project_around_the_connection() => Verify.LibraryAsync("""
        public class ImportJob(Executer executer) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                    executer.Run("{|RERUN1001:INSERT INTO orders|} (id) VALUES ('" + line + "')");
                await Task.CompletedTask;
            }
        }

        public class Executer(string connectionString)
        {
            public int Run(string sql)
            {
                using var connection = new SqliteConnection(connectionString);
                connection.Open();
                using var command = new SqliteCommand(sql, connection);
                return command.ExecuteNonQuery();
            }
        }
        """);

    [Test]
    public Task A_lambda_handed_to_a_helper() => Verify.LibraryAsync(Jobs.PerLine("""
        await Guarded(() => db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id }));
        """, members: """
        private async Task Guarded(Func<Task> work)
        {
            try { await work(); }
            catch (Exception e) { logger.LogError(e, "failed"); throw; }
        }
        """));

    [Test]
    public Task A_local_function_and_parallel_work() => Verify.LibraryAsync(Jobs.Once("""
        await Parallel.ForEachAsync(File.ReadLines("orders.csv"), stoppingToken, async (line, token) => await Save(line));
        async Task Save(string id) => await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task Code_that_no_entry_point_reaches() => Verify.LibraryAsync($$"""
        public class OrdersController(SqliteConnection db)
        {
            public void Post()
            {
                {{Plain}}
            }
        }
        """);

    [Test]
    public Task A_member_declared_idempotent() => Verify.LibraryAsync($$"""
        public class Poller(SqliteConnection db) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                Tick();
                return Task.CompletedTask;
            }

            [RerunSafe.Idempotent("the unique index of the warehouse")]
            private void Tick()
            {
                {{Plain}}
            }
        }

        namespace RerunSafe { public sealed class IdempotentAttribute(string reason) : Attribute { public string Reason => reason; } }
        """);
}
