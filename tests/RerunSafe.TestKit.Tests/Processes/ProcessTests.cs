using System.Diagnostics;
using RerunSafe.TestKit.Child;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Reruns;
using RerunSafe.TestKit.Tests.Wire;

namespace RerunSafe.TestKit.Tests.Processes;

/// <summary>Programs as pipelines: really killed, and really started anew.</summary>
public class ProcessTests
{
    private SqliteSink _db = null!;

    [OneTimeSetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync("CREATE TABLE orders (key TEXT PRIMARY KEY, id TEXT NOT NULL); CREATE TABLE total (amount INTEGER NOT NULL); INSERT INTO total VALUES (0)");

    [OneTimeTearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task Static_state_that_hides_a_mistake_in_one_process_does_not_in_two()
    {
        var orders = _db.Table("orders").Key("id").Ignoring("key");
        var inside = await RerunCheck.Pipeline(async run =>
        {
            var lines = await run.Deliveries(Sales.Good(3)).AsAsyncEnumerable().Select(d => System.Text.Encoding.UTF8.GetString(d.Payload.Span)).ToListAsync();
            SqlitePipelines.Run("keys in a static field", run.Connect(_db), lines);
        }).Observe(orders).RunAsync();
        Assert.That(inside.Passed, inside.ToString());
        var outside = await Check("keys in a static field").Observe(orders).Schedules(Schedule.Twice).RunAsync();
        Assert.That(outside.Failures.Select(f => (f.Schedule, f.Verdict)), Is.EqualTo(new[] { ("Twice", Verdict.Doubled) }), outside.ToString());
        var twin = await Check("keys from the data").Observe(orders).Schedules(Schedule.Twice).RunAsync();
        Assert.That(twin.Passed, twin.ToString());
        Assert.That(twin.Notes, Has.Some.Contains("RERUNSAFE_POINTS"));
    }

    [Test]
    public async Task A_process_is_killed_at_the_points_that_it_announces()
    {
        var bad = await Check("two writes").Observe(_db.Tables()).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(bad.Failures.Select(f => (f.Schedule, f.Verdict, f.Table)), Is.EqualTo(new[] { ("CrashAtEveryWrite", Verdict.Changed, "total") }), bad.ToString());
        Assert.That(bad.Failures[0].Point!.Statement, Does.EndWith("written"));
        var twin = await Check("two writes in one transaction").Observe(_db.Tables()).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(twin.Passed, twin.ToString());
        var crash = twin.Schedules[1];
        Assert.That((crash.Planned, crash.Unreached, crash.Failed), Is.EqualTo((6, 0, 0)));
        Assert.That(crash.Explored, Is.GreaterThanOrEqualTo(4));
    }

    [Test]
    public async Task A_process_is_killed_at_its_requests()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = RedisSink.Connect(server.Address);
        RerunCheck Over(string kind) => RerunCheck.Pipeline(run => run.ExecuteAsync(Child(kind, run.Through(redis.Server).ToString()), run.Deliveries(Sales.Good(3))))
            .Observe(redis.Keys()).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite);
        var bad = await Over("mark, then count").RunAsync();
        Assert.That(bad.Failures.Select(f => f.Schedule), Is.Not.Empty.And.All.EqualTo("CrashAtEveryWrite"), bad.ToString());
        Assert.That(bad.Failures.Select(f => f.Point!.Statement), Has.Some.EqualTo("SADD counted …").Or.Some.EqualTo("INCRBY total …"));
        var twin = await Over("count once").RunAsync();
        Assert.That(twin.Passed, twin.ToString());
        Assert.That((twin.Schedules[1].Planned, twin.Schedules[1].Unreached), Is.EqualTo((6, 0)));
        Assert.That(twin.Notes, Has.None.Contains("RERUNSAFE_POINTS"), "All that it writes to is seen on the wire.");
    }

    [Test]
    public async Task A_script_is_killed_after_changes_that_are_seen_in_its_folder()
    {
        await using var files = new DirectorySink();
        const string InPlace = "[ -e all.csv ] && exit 0; while read -r line; do echo \"$line\" >> all.csv; sleep 0.1; done";
        const string Beside = "while read -r line; do echo \"$line\"; sleep 0.1; done > all.new; mv all.new all.csv";
        RerunCheck Script(string script) => RerunCheck.Pipeline(run => run.ExecuteAsync(new ProcessStartInfo("/bin/bash", ["-c", script]) { WorkingDirectory = files.Folder }, run.Deliveries(Sales.Good(3)), watched: files))
            .Observe(files.File("all.csv")).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite);
        var bad = await Script(InPlace).RunAsync();
        Assert.That(bad.Failures.Select(f => (f.Schedule, f.Verdict)), Is.EqualTo(new[] { ("CrashAtEveryWrite", Verdict.Lost) }), bad.ToString());
        Assert.That(bad.Failures[0].Point!.Statement, Does.StartWith("observed change 1"));
        var twin = await Script(Beside).RunAsync();
        Assert.That(twin.Passed, twin.ToString());
        Assert.That(twin.Schedules[1].Explored, Is.GreaterThan(0));
    }

    [Test]
    public async Task Any_language_announces_its_points_with_a_line()
    {
        await using var files = new DirectorySink();
        const string Announcing = """
            exec 3<>"/dev/tcp/${RERUNSAFE_POINTS/://}"
            [ -e all.csv ] && exit 0
            while read -r line; do echo "$line" >> all.csv; done
            echo "$RERUNSAFE_NOW" > when
            echo 'all written' >&3; read -r _ <&3
            mv all.csv all.done; echo moved >&3; read -r _ <&3; mv all.done all.csv
            """;
        var report = await RerunCheck.Pipeline(run => run.ExecuteAsync(new ProcessStartInfo("/bin/bash", ["-c", Announcing]) { WorkingDirectory = files.Folder }, run.Deliveries(Sales.Good(3))))
            .Observe(files.File("all.csv"), files.File("when")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Schedules[0].Planned, Is.EqualTo(2));
        Assert.That(report.Failures.Select(f => (f.Point!.Statement, f.Table)), Is.EqualTo(new[] { ("moved", "when") }), "The rerun a day later writes another time; after the first point it has nothing to do." + report);
    }

    [Test]
    public async Task A_program_that_fails_is_told_with_its_last_lines()
    {
        var report = await Check("fail").Observe(_db.Tables()).RunAsync();
        var failure = report.Failures.Single();
        Assert.That(failure.Verdict, Is.EqualTo(Verdict.Crashed));
        Assert.That(failure.Story, Does.Contain("ended with exit code 3").And.Contain("no such feed").And.Contain("line 30").And.Not.Contain("line 3\n"));
    }

    [Test]
    public async Task A_program_that_hangs_is_told_with_what_it_said_and_nothing_of_it_remains()
    {
        // Nobody else sleeps for just as long.
        var seconds = $"{Environment.ProcessId}.{Random.Shared.Next(100_000, 999_999)}";
        var report = await RerunCheck.Pipeline(run => run.ExecuteAsync(Child("hang", seconds), run.Deliveries(Sales.Good(1)))).Observe(_db.Tables()).Within(TimeSpan.FromSeconds(2)).RunAsync();
        var failure = report.Failures.Single();
        Assert.That(failure.Verdict, Is.EqualTo(Verdict.Hung));
        Assert.That(failure.Story, Does.Contain("waiting for the lock").And.Contain("has not ended"));
        Assert.That(Running(seconds), Is.Empty);
    }

    [Test]
    public async Task What_a_program_leaves_behind_ends_with_it()
    {
        await using var files = new DirectorySink();
        var seconds = $"{Environment.ProcessId}.{Random.Shared.Next(100_000, 999_999)}";
        var report = await RerunCheck.Pipeline(run => run.ExecuteAsync(
                new ProcessStartInfo("/bin/bash", ["-c", $"(sleep {seconds} & ); cat > all.csv"]) { WorkingDirectory = files.Folder }, run.Deliveries(Sales.Good(1))))
            .Observe(files.File("all.csv")).Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(Running(seconds), Is.Empty);
    }

    [Test]
    public async Task A_program_that_is_not_there_is_told()
    {
        var report = await RerunCheck.Pipeline(run => run.ExecuteAsync(new ProcessStartInfo("/no/such/program"), run.Deliveries(Sales.Good(1)))).Observe(_db.Tables()).RunAsync();
        Assert.That(report.Failures.Single().Story, Does.Contain("/no/such/program"));
    }

    private static IReadOnlyList<string> Running(string argument) =>
        [.. Directory.GetDirectories("/proc").Select(p => Path.Combine(p, "cmdline")).Select(Command).Where(c => c.Split('\0').Contains(argument) && c.StartsWith("sleep", StringComparison.Ordinal) | c.StartsWith("/bin/sleep", StringComparison.Ordinal))];

    private static string Command(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private RerunCheck Check(string kind) => RerunCheck.Pipeline(run => run.ExecuteAsync(Child(kind, _db.ConnectionString), run.Deliveries(Sales.Good(3))));

    private static ProcessStartInfo Child(string kind, string target) => new("dotnet", [typeof(SqlitePipelines).Assembly.Location, kind, target]);
}
