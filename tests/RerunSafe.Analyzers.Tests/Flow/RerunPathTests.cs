namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>What is followed from entry points to writes, and each limit of it (analyzers/docs/what-we-follow.md).</summary>
[Parallelizable(ParallelScope.All)]
public class RerunPathTests
{
    private const string Write = """db.Execute("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });""";
    private const string Silent = """db.Execute("INSERT INTO orders (id) VALUES (@id)", new { id });""";

    [Test]
    public Task A_Quartz_job_is_a_root() => Verify.LibraryAsync($$"""
        public class ImportJob(SqliteConnection db) : Quartz.IJob
        {
            public Task Execute(Quartz.IJobExecutionContext context)
            {
                var id = 1;
                {{Write}}
                return Task.CompletedTask;
            }
        }
        """);

    [Test]
    public Task A_method_that_Hangfire_is_handed_is_a_root() => Verify.LibraryAsync($$"""
        public class Importer(SqliteConnection db)
        {
            public void Run(int id)
            {
                {{Write}}
            }
        }

        public static class Jobs
        {
            public static void Register(Hangfire.IRecurringJobManager jobs) =>
                Hangfire.RecurringJobManagerExtensions.AddOrUpdate<Importer>(jobs, "import", importer => importer.Run(1), "0 * * * *");
        }
        """);

    [Test]
    public Task A_timer_callback_is_a_root() => Verify.LibraryAsync($$"""
        public class Poller(SqliteConnection db)
        {
            public void Start(System.Timers.Timer timer) => timer.Elapsed += OnElapsed;

            private void OnElapsed(object? sender, System.Timers.ElapsedEventArgs e)
            {
                var id = 1;
                {{Write}}
            }
        }
        """);

    [Test]
    public Task Main_with_a_record_loop_is_a_root() => Verify.ProgramAsync($$"""
        public static class Program
        {
            public static void Main()
            {
                using var db = new SqliteConnection("");
                foreach (var id in File.ReadLines("a.csv"))
                {
                    {{Write}}
                }
            }
        }
        """);

    [Test]
    public Task Top_level_statements_with_a_record_loop_are_a_root() => Verify.ProgramAsync($$"""
        using var db = new SqliteConnection("");
        foreach (var id in File.ReadLines("a.csv"))
        {
            {{Write}}
        }
        """);

    [Test]
    public Task Main_without_a_record_loop_is_no_batch() => Verify.ProgramAsync($$"""
        public static class Program
        {
            public static void Main(string[] args)
            {
                using var db = new SqliteConnection("");
                var id = args[0];
                {{Silent}}
            }
        }
        """);

    [Test]
    public Task A_program_that_builds_a_web_application_is_no_batch() => Verify.ProgramAsync($$"""
        public static class Program
        {
            public static void Main(string[] args)
            {
                using var db = new SqliteConnection("");
                foreach (var id in File.ReadLines("seed.csv"))
                {
                    {{Silent}}
                }
                Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args).Build().Run();
            }
        }
        """);

    [Test]
    public Task An_interface_leads_to_its_implementation_here() => Verify.LibraryAsync("""
        public interface IOrderStore { Task SaveAsync(string id); }

        public class ImportJob(IOrderStore store) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await store.SaveAsync("1");
        }
        """, """
        public class OrderStore(SqliteConnection db) : IOrderStore
        {
            public Task SaveAsync(string id) => db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });
        }
        """);

    [Test]
    public Task Lambdas_belong_to_the_body_that_holds_them() => Verify.LibraryAsync($$"""
        public class ImportJob(SqliteConnection db) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() =>
            {
                var id = 1;
                {{Write}}
            });
        }
        """);

    [Test]
    public Task A_base_class_with_a_template_method_is_followed_into_overrides() => Verify.LibraryAsync($$"""
        public abstract class JobBase : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) { Work(1); return Task.CompletedTask; }
            protected abstract void Work(int id);
        }

        public class ImportJob(SqliteConnection db) : JobBase
        {
            protected override void Work(int id)
            {
                {{Write}}
            }
        }
        """);

    [Test]
    public Task With_scope_all_every_public_method_is_a_path() => Verify.WithOptionsAsync($$"""
        public class OrderStore(SqliteConnection db)
        {
            public void Save(int id)
            {
                {{Write}}
            }
        }
        """, "rerunsafe_scope = all");

    [Test]
    public Task A_method_marked_RerunPath_is_a_root() => Verify.LibraryAsync($$"""
        public class OrderStore(SqliteConnection db)
        {
            [RerunSafe.RerunPath]
            public void Save(int id)
            {
                {{Write}}
            }
        }

        namespace RerunSafe { public sealed class RerunPathAttribute : Attribute; }
        """);

    [Test]
    public Task What_is_marked_Idempotent_is_believed() => Verify.LibraryAsync($$"""
        public class ImportJob(SqliteConnection db) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) { Save(1); return Task.CompletedTask; }

            [RerunSafe.Idempotent]
            private void Save(int id)
            {
                {{Silent}}
            }
        }

        namespace RerunSafe { public sealed class IdempotentAttribute : Attribute; }
        """);

    [Test]
    public Task Limit_a_delegate_kept_in_a_field_is_not_followed() => Verify.LibraryAsync($$"""
        public class ImportJob : BackgroundService
        {
            private readonly Action<int> _save;
            public ImportJob(Store store) => _save = store.Save;
            protected override Task ExecuteAsync(CancellationToken stoppingToken) { _save(1); return Task.CompletedTask; }
        }

        public class Store(SqliteConnection db)
        {
            public void Save(int id)
            {
                {{Silent}}
            }
        }
        """);

    [Test]
    public Task Limit_reflection_is_not_followed() => Verify.LibraryAsync($$"""
        public class ImportJob(object store) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                store.GetType().GetMethod("Save")!.Invoke(store, [1]);
                return Task.CompletedTask;
            }
        }

        public class Store(SqliteConnection db)
        {
            public void Save(int id)
            {
                {{Silent}}
            }
        }
        """);

    [Test]
    public Task Each_of_many_implementations_is_followed() => Behind(40, Write);

    [Test]
    public Task Behind_three_hundred_implementations_none_is_followed() => Behind(300, Silent);

    private static Task Behind(int others, string statement) => Verify.LibraryAsync($$"""
        public interface IStep { void Run(int id); }
        {{string.Concat(Enumerable.Range(0, others).Select(i => $"public class Step{i} : IStep {{ public void Run(int id) {{ }} }}\n"))}}
        public class InsertStep(SqliteConnection db) : IStep
        {
            public void Run(int id)
            {
                {{statement}}
            }
        }

        public class StepsJob(IEnumerable<IStep> steps) : Quartz.IJob
        {
            public Task Execute(Quartz.IJobExecutionContext context)
            {
                foreach (var step in steps)
                    step.Run(1);
                return Task.CompletedTask;
            }
        }
        """);
}
