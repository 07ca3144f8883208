using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Sinks;

public class TableViewTests : SinkTest
{
    [Test]
    public void A_table_is_found_whatever_its_case_and_has_its_primary_key()
    {
        var table = Sink.Table("tmp_pairs");
        Assert.That(table.Name, Is.EqualTo("Tmp_Pairs"));
        Assert.That(table.KeyColumns, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(table.Columns, Is.EqualTo(new[] { "b", "a", "c" }));
        Assert.That(Sink.Table("events").KeyColumns, Is.Empty);
        Assert.That(Sink.Table("daily_totals").Columns, Is.EqualTo(new[] { "n", "total" }));
    }

    [Test]
    public void An_unknown_table_names_what_exists_and_the_nearest() =>
        Assert.That(
            () => Sink.Table("ordres"),
            Throws.TypeOf<SinkException>().With.Message.Contains("no table 'ordres'. Did you mean 'orders'? There are: Tmp_Pairs, daily_totals, events, orders."));

    [Test]
    public void An_unknown_column_names_the_table_and_the_nearest()
    {
        Assert.That(() => Sink.Table("orders").Key("ID", "amuont"), Throws.TypeOf<SinkException>().With.Message.Contains("'orders' has no column 'amuont'. Did you mean 'amount'?"));
        Assert.That(() => Sink.Table("orders").Ignoring("created"), Throws.TypeOf<SinkException>().With.Message.Contains("There are: id, amount, loaded_at."));
        Assert.That(() => Sink.Table("orders").Key(), Throws.TypeOf<SinkException>().With.Message.Contains("at least one column"));
    }

    [Test]
    public void A_view_is_immutable_and_its_parts_add_up()
    {
        var table = Sink.Table("orders");
        var view = table.Key("amount").Ignoring("loaded_at").Ignoring("ID");
        Assert.That(view.KeyColumns, Is.EqualTo(new[] { "amount" }));
        Assert.That(view.IgnoredColumns, Is.EqualTo(new[] { "loaded_at", "id" }));
        Assert.That(view.Columns, Is.EqualTo(new[] { "amount" }));
        Assert.That(table.Columns, Has.Count.EqualTo(3));
        Assert.That(table.Ignoring("id").KeyColumns, Is.Empty, "a generated id that is ignored identifies nothing");
        Assert.That(() => view.Ignoring("amount"), Throws.TypeOf<SinkException>().With.Message.Contains("no column left"));
        Assert.That(() => view.Key("id"), Throws.TypeOf<SinkException>().With.Message.Contains("ignore it"));
    }

    [Test]
    public async Task Rows_come_by_key_in_the_order_of_bytes()
    {
        Execute("INSERT INTO orders VALUES ('b', 1, 'x'), ('a', 2.5, NULL), ('B', x'01', 'y')");
        var state = await Sink.ReadAsync(Sink.Table("orders"));
        Assert.That(state.Rows.Select(row => row["id"]), Is.EqualTo(new[] { "B", "a", "b" }));
        Assert.That(state.Rows[0]["AMOUNT"], Is.EqualTo(new byte[] { 1 }));
        Assert.That(state.Rows[1].Values, Is.EqualTo(new object?[] { "a", 2.5, null }));
        Assert.That(state.Rows[0].ToString(), Is.EqualTo("id='B', amount=x'01', loaded_at='y'"));
        Assert.That(() => state.Rows[0]["idd"], Throws.TypeOf<SinkException>().With.Message.Contains("Did you mean 'id'?"));
    }

    [Test]
    public void A_table_that_was_dropped_is_told()
    {
        var table = Sink.Table("events");
        Execute("DROP TABLE events");
        Assert.That(() => Sink.ReadAsync(table), Throws.TypeOf<SinkException>().With.Message.Contains("'events'").And.Message.Contains("no such table"));
        Assert.That(() => Sink.FingerprintAsync([table]), Throws.TypeOf<SinkException>().With.Message.Contains("'events'"));
    }
}
