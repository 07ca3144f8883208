using System.Data.Common;
using System.Diagnostics;
using Bogus;
using Dapper;
using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.Benchmarks;

/// <summary>
/// Crash schedules per second of the kit beside a loop that somebody would write by hand over the same points: put the
/// database back, run until the point, drop the connection, run again, compare the rows. Both by turns, so that the
/// machine's mood falls on both.
/// </summary>
internal static class ScheduleReport
{
    private const int Records = 20;
    private const int Rounds = 7;
    private const string Schema = "CREATE TABLE orders (id TEXT PRIMARY KEY, amount INTEGER NOT NULL)";
    private const string Upsert = "INSERT INTO orders (id, amount) VALUES (@Id, @Amount) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount";

    public static async Task WriteAsync(TextWriter output)
    {
        var workload = Orders(Records);
        var orders = Read(workload);
        var points = Points((await KitAsync(workload)).Schedules.Single());
        ByHand(orders);

        var kit = new List<double>();
        var hand = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            kit.Add(PerSecond((await KitAsync(workload)).Schedules.Single()));
            hand.Add(ByHand(orders));
        }

        var ratios = kit.Zip(hand, (k, h) => k / h).Order().ToList();
        await output.WriteLineAsync($"{Records} writes, one transaction each; schedules per second, min / median / max of {Rounds} rounds");
        await output.WriteLineAsync($"the kit: {points}; the hand-written loop runs each of its {3 * Records} points");
        await output.WriteLineAsync($"kit          {Line(kit)}");
        await output.WriteLineAsync($"hand-written {Line(hand)}");
        await output.WriteLineAsync($"kit / hand   {ratios[0]:0.00} / {ratios[Rounds / 2]:0.00} / {ratios[^1]:0.00}");
        await WriteGrowthAsync(output);
    }

    /// <summary>
    /// What a schedule costs when there are more records. A rerun works on all of them, so that its cost grows with their number and with
    /// nothing else: the last column must stay as it is. The hand-written loop replays half of the records on top, to get to its point.
    /// </summary>
    private static async Task WriteGrowthAsync(TextWriter output)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync("records  points  states  runs  kit: ms per state  µs per state and record   hand: ms per point  µs per point and record");
        foreach (var records in new[] { 10, 50, 100, 200 })
        {
            var workload = Orders(records);
            var crash = (await KitAsync(workload)).Schedules.Single();
            var state = crash.Duration.TotalMilliseconds / crash.Explored;
            var point = 1000 / ByHand(Read(workload), every: Math.Max(1, 3 * records / 40));
            await output.WriteLineAsync($"{records,7}  {crash.Planned,6}  {crash.Explored,6}  {crash.Runs,4}  {state,17:0.00}  {1000 * state / records,23:0.0}   {point,18:0.00}  {1000 * point / records,23:0.0}");
        }
    }

    private static Workload<Order> Orders(int count) => Workload
        .Of(new Faker<Order>().RuleFor(o => o.Id, f => f.Random.AlphaNumeric(12)).RuleFor(o => o.Amount, f => f.Random.Int(1, 99)))
        .Count(count).Seed(7).KeyedBy(o => o.Id);

    private static List<Order> Read(Workload<Order> workload) =>
        [.. workload.Deliver().Select(d => System.Text.Json.JsonSerializer.Deserialize<Order>(d.Delivery.Payload.Span, System.Text.Json.JsonSerializerOptions.Web)!)];

    // Only the crash schedule's own time counts: the undisturbed runs before it have no twin in the hand-written loop.
    private static double PerSecond(ScheduleResult crash) => (crash.Explored + crash.Collapsed) / crash.Duration.TotalSeconds;

    private static string Points(ScheduleResult crash) => $"{crash.Planned} points, {crash.Explored} run, {crash.Collapsed} judged by an equal durable state";

    private static string Line(List<double> values)
    {
        var sorted = values.Order().ToList();
        return $"{sorted[0],7:0} / {sorted[sorted.Count / 2],7:0} / {sorted[^1],7:0}";
    }

    private static async Task<RerunReport> KitAsync(Workload<Order> workload)
    {
        await using var db = await SqliteSink.CreateAsync(Schema);
        var report = await RerunCheck
            .Pipeline(async run =>
            {
                var connection = run.Connect(db);
                await foreach (var delivery in run.Deliveries(workload))
                    Write(connection, System.Text.Json.JsonSerializer.Deserialize<Order>(delivery.Payload.Span, System.Text.Json.JsonSerializerOptions.Web)!, static () => { });
            })
            .Observe(db.Table("orders").Key("id"))
            .Schedules(Schedule.CrashAtEveryWrite)
            .RunAsync();
        if (!report.Passed)
            throw new InvalidOperationException("The benchmark's pipeline must be safe:\n" + report);
        return report;
    }

    // Per record: before the write, before the commit, after the commit: the same points that the kit finds.
    private static double ByHand(IReadOnlyList<Order> orders, int every = 1)
    {
        var folder = Directory.CreateTempSubdirectory("rerunsafe-bench-").FullName;
        var path = Path.Combine(folder, "db.sqlite");
        var empty = Path.Combine(folder, "empty.sqlite");
        using (var make = Open(empty))
            make.Execute(Schema);
        Run(empty, path, orders, crashAt: -1, copy: true);
        var expected = Rows(path);

        var watch = Stopwatch.StartNew();
        var points = orders.Count * 3;
        for (var point = 0; point < points; point += every)
        {
            Run(empty, path, orders, point, copy: true);
            Run(empty, path, orders, crashAt: -1, copy: false);
            if (!Rows(path).SequenceEqual(expected))
                throw new InvalidOperationException("The benchmark's pipeline must be safe.");
        }

        var perSecond = (points + every - 1) / every / watch.Elapsed.TotalSeconds;
        Directory.Delete(folder, recursive: true);
        return perSecond;
    }

    private static void Run(string empty, string path, IReadOnlyList<Order> orders, int crashAt, bool copy)
    {
        if (copy)
            File.Copy(empty, path, overwrite: true);
        using var connection = Open(path);
        var step = 0;
        try
        {
            foreach (var order in orders)
                Write(connection, order, () =>
                {
                    if (step++ == crashAt)
                        throw new OperationCanceledException();
                });
        }
        catch (OperationCanceledException)
        {
            // The connection is disposed with its transaction open: the process is gone.
        }
    }

    private static void Write(DbConnection connection, Order order, Action step)
    {
        using var transaction = connection.BeginTransaction();
        step();
        connection.Execute(Upsert, order, transaction);
        step();
        transaction.Commit();
        step();
    }

    private static List<(string, long)> Rows(string path)
    {
        using var connection = Open(path);
        return connection.Query<(string, long)>("SELECT id, amount FROM orders ORDER BY id").ToList();
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        connection.Execute("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY");
        return connection;
    }

    private sealed class Order
    {
        public string Id { get; set; } = "";

        public int Amount { get; set; }
    }
}
