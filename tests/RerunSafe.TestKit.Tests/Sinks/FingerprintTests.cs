namespace RerunSafe.TestKit.Tests.Sinks;

public class FingerprintTests : SinkTest
{
    [Test]
    public async Task Equal_content_in_another_order_is_equal()
    {
        Execute("INSERT INTO events VALUES (1, 'a'), (2, 'b'), (NULL, x'00')");
        var before = await Fingerprint("events");
        Execute("DELETE FROM events; INSERT INTO events VALUES (NULL, x'00'), (2, 'b'), (1, 'a')");
        Assert.That(await Fingerprint("events"), Is.EqualTo(before));
        Assert.That(before, Does.Match("^events 3 [0-9a-f]{32}$"));
    }

    [Test]
    public async Task An_empty_table_has_a_fingerprint_too() =>
        Assert.That(await Fingerprint("events", "orders"), Is.EqualTo($"events 0 {new string('0', 32)}; orders 0 {new string('0', 32)}"));

    [Test]
    public async Task A_doubled_row_differs_and_pairs_do_not_cancel()
    {
        var seen = new HashSet<string>();
        for (var times = 0; times < 6; times++)
        {
            // The number of rows tells them apart already: it is the sum that must not cancel.
            var print = await Fingerprint("events");
            Assert.That(seen.Add(print[^32..]), Is.True, $"{times} times the same row");
            Execute("INSERT INTO events VALUES ('same', 'row')");
        }
    }

    [TestCase("'1', NULL")]
    [TestCase("1.0, NULL")]
    [TestCase("x'31', NULL")]
    [TestCase("NULL, 1")]
    [TestCase("1, ''")]
    [TestCase("1, x''")]
    [TestCase("1, 0")]
    [TestCase("2, NULL")]
    public async Task Values_of_other_types_differ(string other)
    {
        Execute("INSERT INTO events VALUES (1, NULL)");
        var one = await Fingerprint("events");
        Execute($"DELETE FROM events; INSERT INTO events VALUES ({other})");
        Assert.That(await Fingerprint("events"), Is.Not.EqualTo(one));
    }

    [TestCase("'a'", "x'61'")]
    [TestCase("1.0", "4607182418800017408")]
    [TestCase("''", "x''")]
    public async Task Values_of_the_same_bytes_but_other_types_differ(string one, string other)
    {
        Execute($"INSERT INTO events VALUES ({one}, NULL)");
        var first = await Fingerprint("events");
        Execute($"UPDATE events SET line = {other}");
        Assert.That(await Fingerprint("events"), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task The_border_between_values_counts()
    {
        Execute("INSERT INTO events VALUES ('ab', 'c')");
        var one = await Fingerprint("events");
        Execute("UPDATE events SET line = 'a', note = 'bc'");
        Assert.That(await Fingerprint("events"), Is.Not.EqualTo(one));
    }

    [Test]
    public async Task Values_that_swap_their_rows_differ()
    {
        Execute("INSERT INTO events VALUES ('a', 1), ('b', 2)");
        var one = await Fingerprint("events");
        Execute("UPDATE events SET note = 3 - note");
        Assert.That(await Fingerprint("events"), Is.Not.EqualTo(one));
    }

    [Test]
    public async Task Sums_wrap_instead_of_overflowing()
    {
        // The mean hash is 2^127, so that a hundred thousand of them exceed 2^128 many times.
        Execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO events SELECT i, 'x' || i FROM n");
        var print = await Sink.FingerprintAsync([Sink.Table("events")]);
        Assert.That(print.Rows, Is.EqualTo(100_000));
        Execute("UPDATE events SET note = 'y' WHERE line = 77777");
        Assert.That(await Fingerprint("events"), Is.Not.EqualTo(print.Value));
        Execute("UPDATE events SET note = 'x77777' WHERE line = 77777");
        Assert.That(await Fingerprint("events"), Is.EqualTo(print.Value));
    }

    [Test]
    public async Task Ignored_columns_do_not_count()
    {
        var view = Sink.Table("orders").Ignoring("loaded_at");
        Execute("INSERT INTO orders VALUES ('a', 1, '2026-01-01')");
        var one = await Sink.FingerprintAsync([view]);
        Execute("UPDATE orders SET loaded_at = '2027-01-01'");
        Assert.That(await Sink.FingerprintAsync([view]), Is.EqualTo(one));
        Execute("UPDATE orders SET amount = 2");
        Assert.That(await Sink.FingerprintAsync([view]), Is.Not.EqualTo(one));
    }

    [Test]
    public async Task A_row_wider_than_the_engine_allows_arguments_is_hashed_whole()
    {
        Execute($"CREATE TABLE wide ({string.Join(", ", Enumerable.Range(0, 350).Select(i => $"c{i}"))})");
        Execute("INSERT INTO wide (c0, c349) VALUES (1, 1)");
        var one = await Fingerprint("wide");
        Execute("UPDATE wide SET c349 = 2");
        Assert.That(await Fingerprint("wide"), Is.Not.EqualTo(one));
        Execute("UPDATE wide SET c349 = 1");
        Assert.That(await Fingerprint("wide"), Is.EqualTo(one));
    }

    [Test]
    public async Task The_fingerprint_of_a_row_never_changes()
    {
        // A kept .rerun.json holds fingerprints: they must mean the same in the next version.
        Execute("INSERT INTO events VALUES (1, 'ä'), (2.5, x'00ff'), (NULL, '')");
        Assert.That(await Fingerprint("events"), Is.EqualTo("events 3 5a6af3805ff25c625e0d8442586cda05"));
    }
}
