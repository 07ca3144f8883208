using System.Data.Common;
using System.Diagnostics;
using Bogus;
using Dapper;
using Microsoft.Data.Sqlite;
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
        var faker = new Faker<Order>().RuleFor(o => o.Id, f => f.Random.AlphaNumeric(12)).RuleFor(o => o.Amount, f => f.Random.Int(1, 99));
        var workload = Workload.Of(faker).Count(Records).Seed(7).KeyedBy(o => o.Id);
        var orders = workload.Deliver().Select(d => System.Text.Json.JsonSerializer.Deserialize<Order>(d.Delivery.Payload.Span, System.Text.Json.JsonSerializerOptions.Web)!).ToList();
        var (_, points) = await KitAsync(workload);
        ByHand(orders);

        var kit = new List<double>();
        var hand = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            kit.Add((await KitAsync(workload)).PerSecond);
            hand.Add(ByHand(orders));
        }

        var ratios = kit.Zip(hand, (k, h) => k / h).Order().ToList();
        await output.WriteLineAsync($"{Records} writes, one transaction each; schedules per second, min / median / max of {Rounds} rounds");
        await output.WriteLineAsync($"the kit: {points}; the hand-written loop runs each of its {3 * Records} points");
        await output.WriteLineAsync($"kit          {Line(kit)}");
        await output.WriteLineAsync($"hand-written {Line(hand)}");
        await output.WriteLineAsync($"kit / hand   {ratios[0]:0.00} / {ratios[Rounds / 2]:0.00} / {ratios[^1]:0.00}");
    }

    private static string Line(List<double> values)
    {
        var sorted = values.Order().ToList();
        return $"{sorted[0],7:0} / {sorted[sorted.Count / 2],7:0} / {sorted[^1],7:0}";
    }

    // Only the crash schedule's own time counts: the undisturbed runs before it have no twin in the hand-written loop.
    private static async Task<(double PerSecond, string Points)> KitAsync(Workload<Order> workload)
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
        var crash = report.Schedules.Single();
        return ((crash.Explored + crash.Collapsed) / crash.Duration.TotalSeconds, $"{crash.Planned} points, {crash.Explored} run, {crash.Collapsed} judged by an equal durable state");
    }

    // Per record: before the write, before the commit, after the commit: the same points that the kit finds.
    private static double ByHand(IReadOnlyList<Order> orders)
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
        for (var point = 0; point < points; point++)
        {
            Run(empty, path, orders, point, copy: true);
            Run(empty, path, orders, crashAt: -1, copy: false);
            if (!Rows(path).SequenceEqual(expected))
                throw new InvalidOperationException("The benchmark's pipeline must be safe.");
        }

        var perSecond = points / watch.Elapsed.TotalSeconds;
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
