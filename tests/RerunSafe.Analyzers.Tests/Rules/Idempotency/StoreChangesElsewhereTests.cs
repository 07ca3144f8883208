namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1004 and RERUN1009 for repositories whose bodies are in another project.</summary>
[Parallelizable(ParallelScope.All)]
public class StoreChangesElsewhereTests
{
    private const string Project = """
        namespace Shop.Data;
        public class Course { public string Id { get; set; } = ""; }
        public class Session { public string Temporary { get; set; } = ""; }
        public interface IQueueRepository { Task DecrementSize(string customer); Task IncrementRetryCount(string customer); Task<bool> ExistsAsync(string customer); Task SetSize(string customer, int size); }
        public interface IMeters { Task IncrementSize(string customer); }
        public interface ICourseRepository { Task DeleteAll(); Task InsertMany(IEnumerable<Course> courses); Task DeleteAll(string session); Task<bool> DeleteCollectionAsync(); bool TempMode { get; set; } }
        public class CourseStoreRepository : ICourseRepository
        {
            public bool TempMode { get; set; }
            public Task DeleteAll() => Task.CompletedTask; public Task InsertMany(IEnumerable<Course> courses) => Task.CompletedTask; public Task DeleteAll(string session) => Task.CompletedTask; public Task<bool> DeleteCollectionAsync() => Task.FromResult(true);
        }
        public interface ICourseImportRepository { Task DeleteAll(); Task InsertMany(IEnumerable<Course> courses); }
        public interface IUnitOfWork { Task BeginTransactionAsync(); Task CommitAsync(); }
        """;

    private static string Job(string body, string parameters) => $$"""
        using Shop.Data;
        public class ImportJob({{parameters}}) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var customer in File.ReadLines("customers.csv"))
                {
                    {{body}}
                }

                await Task.CompletedTask;
            }
        }
        """;

    private static string Load(string body, string parameters = "ICourseRepository courses") => $$"""
        using Shop.Data;
        public class LoadJob({{parameters}}) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var rows = File.ReadLines("courses.csv").Select(line => new Course { Id = line }).ToList();
                {{body}}
                await Task.CompletedTask;
            }
        }
        """;

    [Test]
    public Task A_number_that_each_record_changes() => Verify.WithProjectAsync(Project, Job("await {|RERUN1004:queues.DecrementSize(customer)|};", "IQueueRepository queues"));

    [TestCase("await queues.IncrementRetryCount(customer);", "IQueueRepository queues")]
    [TestCase("await queues.SetSize(customer, 3);", "IQueueRepository queues")]
    [TestCase("if (await queues.ExistsAsync(customer)) continue; await queues.DecrementSize(customer);", "IQueueRepository queues")]
    [TestCase("await meters.IncrementSize(customer);", "IMeters meters")]
    public Task What_a_record_does_not_change_again(string body, string parameters) => Verify.WithProjectAsync(Project, Job(body, parameters));

    [Test]
    public Task Once_per_run_is_about_the_run() => Verify.WithProjectAsync(Project, Load("Console.WriteLine(rows.Count); await queues.DecrementSize(\"all\");", "IQueueRepository queues"));

    [TestCase("await courses.DeleteAll(); await {|RERUN1009:courses.InsertMany(rows)|};")]
    [TestCase("if (rows.Count > 0 && await courses.DeleteCollectionAsync()) { await {|RERUN1009:courses.InsertMany(rows)|}; }")]
    public Task A_sink_that_is_emptied_and_filled_again(string body) => Verify.WithProjectAsync(Project, Load(body));

    // Another sink, a part that something else chooses, a collection that is swapped in later, a staging table, a transaction.
    [TestCase("await others.DeleteAll(); await courses.InsertMany(rows);", "ICourseRepository courses, ICourseRepository others")]
    [TestCase("await courses.DeleteAll(\"temp\"); await courses.InsertMany(rows);", "ICourseRepository courses")]
    [TestCase("courses.TempMode = true; await courses.DeleteAll(); await courses.InsertMany(rows);", "ICourseRepository courses")]
    [TestCase("var course = new CourseStoreRepository { TempMode = true }; await course.DeleteAll(); await course.InsertMany(rows);", "ICourseRepository courses")]
    [TestCase("await stagingRepository.DeleteAll(); await stagingRepository.InsertMany(rows);", "ICourseImportRepository stagingRepository")]
    [TestCase("await unit.BeginTransactionAsync(); await courses.DeleteAll(); await courses.InsertMany(rows); await unit.CommitAsync();", "ICourseRepository courses, IUnitOfWork unit")]
    public Task What_leaves_no_hole(string body, string parameters) => Verify.WithProjectAsync(Project, Load(body, parameters));
}
