using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Reruns;
using Dapper;

namespace RerunSafe.TestKit.Tests.Sinks;

public class ToleranceTests : SinkTest
{
    [TestCase(1.0, 1.01, 0.01, true)]
    [TestCase(1.0, 1.02, 0.01, false)]
    [TestCase(-1.0, 1.0, 1.5, false)]
    [TestCase(5L, 6.0, 1.0, true)]
    [TestCase(double.NaN, double.NaN, 1.0, true)]
    [TestCase(double.NaN, 1.0, 1.0, false)]
    [TestCase(1.0, "1.0", 1.0, false)]
    [TestCase(1.0, null, 1.0, false)]
    [TestCase(null, 1.0, 1.0, false)]
    [TestCase(null, null, 1.0, true)]
    public void Numbers_lie_near_each_other_or_not(object? expected, object? actual, double amount, bool near) =>
        Assert.That(new ColumnTolerance(amount, null).Covers(expected, actual), Is.EqualTo(near));

    [TestCase("2026-01-01T00:00:00Z", "2026-01-01 00:00:01", true)]
    [TestCase("2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", true)]
    [TestCase("2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z", false)]
    [TestCase("2026-01-01T00:00:00Z", "soon", false)]
    public void Times_do_too_as_texts_as_well(string expected, string actual, bool near) =>
        Assert.That(new ColumnTolerance(null, TimeSpan.FromSeconds(1)).Covers(expected, actual), Is.EqualTo(near));

    [Test]
    public void A_tolerance_that_can_never_hold_is_told()
    {
        Assert.That(() => new ColumnTolerance(1, null).Covers("a", "b"), Throws.TypeOf<SinkException>().With.Message.Contains("number holds 'a'"));
        Assert.That(() => new ColumnTolerance(null, TimeSpan.FromSeconds(1)).Covers(1L, 2L), Throws.TypeOf<SinkException>().With.Message.Contains("time holds 1"));
        Assert.That(() => Sink.Table("orders").Tolerating("id", 1), Throws.TypeOf<SinkException>().With.Message.Contains("key column 'id'"));
        Assert.That(() => Sink.Table("orders").Tolerating("amount", 1).Key("amount"), Throws.TypeOf<SinkException>().With.Message.Contains("cannot have a tolerance"));
        Assert.That(() => Sink.Table("orders").Tolerating("amount", 0), Throws.TypeOf<SinkException>().With.Message.Contains("more than zero"));
    }

    [Test]
    public async Task Rows_within_it_are_no_difference_and_others_name_their_column()
    {
        Execute("INSERT INTO orders VALUES ('a', 1.0, 'x'), ('b', 2.0, 'x'), ('c', 3.0, 'x')");
        var view = Sink.Table("orders").Tolerating("amount", 0.1);
        var expected = await Sink.ReadAsync(view);
        Execute("UPDATE orders SET amount = amount + 0.05");
        Assert.That(TableDiff.Between(expected, await Sink.ReadAsync(view), view).IsEmpty);
        Execute("UPDATE orders SET amount = amount + 1 WHERE id = 'b'; UPDATE orders SET loaded_at = 'y' WHERE id = 'c'");
        var diff = TableDiff.Between(expected, await Sink.ReadAsync(view), view);
        Assert.That(diff.Changed.Select(c => string.Join(",", c.Columns)), Is.EqualTo(new[] { "amount", "loaded_at" }));
    }

    [Test]
    public async Task Rows_without_a_key_are_paired_and_a_copy_too_many_stays()
    {
        Execute("INSERT INTO events VALUES ('a', 1.0), ('a', 1.1), ('a', 1.2)");
        var view = Sink.Table("events").Tolerating("note", 0.1);
        var expected = await Sink.ReadAsync(view);
        Execute("UPDATE events SET note = note + 0.1");
        Assert.That(TableDiff.Between(expected, await Sink.ReadAsync(view), view).IsEmpty, "1.1, 1.2, 1.3 lie near 1.0, 1.1, 1.2 only in this order");
        Execute("INSERT INTO events VALUES ('a', 1.2)");
        Assert.That((await Sink.ReadAsync(view)).Rows, Has.Count.EqualTo(4));
        Assert.That(TableDiff.Between(expected, await Sink.ReadAsync(view), view).Extra, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Two_tables_of_a_sink_are_compared_where_they_lie()
    {
        Execute("CREATE TABLE orders_new (amount, id TEXT, extra); INSERT INTO orders VALUES ('a', 1, 'x'), ('b', 2, 'x'); INSERT INTO orders_new VALUES (1.05, 'a', 0), (3, 'b', 0)");
        var expected = Sink.Table("orders").Ignoring("loaded_at").Tolerating("amount", 0.1);
        var diff = await TableDiff.BetweenAsync(expected, Sink.Table("orders_new").Ignoring("extra"));
        Assert.That(diff.Changed.Single().ToString(), Does.Contain("'b'"));
        Assert.That(async () => await TableDiff.BetweenAsync(expected, Sink.Table("orders_new")), Throws.TypeOf<SinkException>().With.Message.Contains("Ignoring"));
        await using var other = await SqliteSink.CreateAsync("CREATE TABLE orders (id TEXT, amount)");
        Assert.That(async () => await TableDiff.BetweenAsync(expected, other.Table("orders")), Throws.TypeOf<SinkException>().With.Message.Contains("two sinks"));
    }

    [TestCase(0.5, false)]
    [TestCase(2, true)]
    public async Task A_check_honours_it(double tolerance, bool passes)
    {
        // One more on each later day.
        var check = RerunCheck.Pipeline(async run =>
            {
                await using var connection = run.Connect(Sink);
                await foreach (var delivery in run.Deliveries(Sales.Good(2)))
                    await connection.ExecuteAsync("INSERT INTO orders VALUES (@Position, @Day, NULL) ON CONFLICT DO UPDATE SET amount = excluded.amount", new { Position = delivery.Position.ToString(), Day = run.Clock.GetUtcNow().Day });
            })
            .Observe(Sink.Table("orders").Tolerating("amount", tolerance))
            .Schedules(Schedule.Twice);
        Assert.That((await check.RunAsync()).Passed, Is.EqualTo(passes));
    }
}
