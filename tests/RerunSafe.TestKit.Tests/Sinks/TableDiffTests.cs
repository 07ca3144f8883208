using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Sinks;

public class TableDiffTests : SinkTest
{
    private static TableState State(params object?[][] rows)
    {
        string[] columns = ["id", "amount", "loaded_at"];
        return new TableState(columns, [.. rows.Select(values => new Row(columns, values))]);
    }

    [Test]
    public async Task Equal_states_have_no_difference()
    {
        Execute("INSERT INTO orders VALUES ('a', 1, NULL)");
        var view = Sink.Table("orders");
        var diff = TableDiff.Between(await Sink.ReadAsync(view), await Sink.ReadAsync(view), view);
        Assert.That(diff.IsEmpty, Is.True);
        Assert.That(diff.ToString(), Is.EqualTo("orders: 1 row, as expected"));
    }

    [Test]
    public void Missing_extra_doubled_and_changed_rows_are_told_apart()
    {
        var expected = State(["a", 1L, null], ["b", 2L, null], ["c", 3L, null], ["d", 4L, null]);
        var actual = State(["a", 1L, null], ["a", 1L, null], ["a", 1L, null], ["c", 30L, "x"], ["d", 4L, null], ["d", 5L, null], ["e", 1L, null]);
        var diff = TableDiff.Between(expected, actual, Sink.Table("orders"));
        Assert.That(diff.ToString(), Is.EqualTo(
            """
            orders: 4 rows expected, 7 found
              1 doubled:
                + id='a', amount=1, loaded_at=NULL (3 times, expected 1)
              1 missing:
                - id='b', amount=2, loaded_at=NULL
              1 not expected:
                + id='e', amount=1, loaded_at=NULL
              1 not expected beside the right row of the same key:
                + id='d', amount=5, loaded_at=NULL (only amount=4 is right)
              1 changed:
                ~ id='c': amount 3 → 30, loaded_at NULL → 'x'
            """));
        Assert.That(diff.Changed.Single().Columns, Is.EqualTo(new[] { "amount", "loaded_at" }));
        Assert.That((diff.ExpectedCount, diff.ActualCount, diff.IsEmpty), Is.EqualTo((4, 7, false)));
    }

    [Test]
    public void Without_a_key_a_changed_row_is_one_missing_and_one_not_expected()
    {
        var view = Sink.Table("orders").Ignoring("id");
        string[] columns = ["amount", "loaded_at"];
        var expected = new TableState(columns, [new Row(columns, [1L, "x"]), new Row(columns, [1L, "x"])]);
        var actual = new TableState(columns, [new Row(columns, [2L, "x"]), new Row(columns, [1L, "x"]), new Row(columns, [1L, "x"]), new Row(columns, [1L, "x"])]);
        var diff = TableDiff.Between(expected, actual, view);
        Assert.That(diff.Missing, Is.Empty);
        Assert.That(diff.Extra.Single()["amount"], Is.EqualTo(2));
        Assert.That(diff.Doubled.Single(), Is.EqualTo(new DoubledRow(actual.Rows[1], 2, 3)));
        Assert.That(TableDiff.Between(actual, expected, view).Missing, Has.Count.EqualTo(2));
    }

    [Test]
    public void Types_differ_as_in_the_sink()
    {
        var diff = TableDiff.Between(State(["a", 1L, null]), State(["a", "1", null]), Sink.Table("orders"));
        Assert.That(diff.ToString(), Does.Contain("~ id='a', loaded_at=NULL: amount 1 → '1'"));
        Assert.That(TableDiff.Between(State(["a", 1L, null]), State(["a", 1.0, null]), Sink.Table("orders")).ToString(), Does.Contain("amount 1 → 1.0"));
        Assert.That(TableDiff.Between(State(["a", new byte[] { 1 }, null]), State(["a", new byte[] { 1 }, null]), Sink.Table("orders")).IsEmpty, Is.True);
    }

    [Test]
    public void Many_differences_are_cut()
    {
        var diff = TableDiff.Between(State(), State([.. Enumerable.Range(0, 12).Select(i => new object?[] { $"id{i:00}", 1L, null })]), Sink.Table("orders"));
        Assert.That(diff.Extra, Has.Count.EqualTo(12));
        Assert.That(diff.ToString().Split('\n'), Has.Length.EqualTo(8));
        Assert.That(diff.ToString(), Does.EndWith("… and 7 more"));
    }

    [Test]
    public void Long_values_are_cut_and_stay_on_one_line()
    {
        var row = State(["a\r\nb", new string('z', 300), new byte[1000]]).Rows[0].ToString();
        Assert.That(row, Does.StartWith("id='a⏎b', amount='zzz").And.Contain("z…'").And.EndWith("…' (1000 bytes)"));
        Assert.That(row, Has.Length.LessThan(160));
    }

    [Test]
    public void States_of_different_columns_are_refused() =>
        Assert.That(
            () => TableDiff.Between(State(), new TableState(["id"], []), Sink.Table("orders")),
            Throws.TypeOf<SinkException>().With.Message.Contains("same view"));
}
