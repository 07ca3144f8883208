using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>What the catalogue says of failed records is complete and free of contradictions, and its page says the same.</summary>
public class BadRecordsPageTests
{
    private static string Page
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Toolkit.sln")))
                folder = folder.Parent;
            return Path.Combine(folder!.FullName, "analyzers", "docs", "bad-records.md");
        }
    }

    [Test]
    public void The_page_is_what_the_catalogue_says()
    {
        var expected = BadRecordsPage.Write(ShippedCatalog.Data);
        if (Environment.GetEnvironmentVariable("RERUNSAFE_WRITE_DOCS") == "1")
            File.WriteAllText(Page, expected);
        Assert.That(File.ReadAllText(Page).ReplaceLineEndings("\n"), Is.EqualTo(expected), "write it anew: RERUNSAFE_WRITE_DOCS=1 dotnet test … --filter BadRecordsPageTests");
    }

    [Test]
    public void Every_entry_point_that_is_handed_records_says_where_failed_ones_go()
    {
        var roots = ShippedCatalog.Data.Roots.Where(r => r.PerRecord || r.OnThrow is Outcome.DeadLettered or Outcome.RetriedThenFailed or Outcome.Dropped).ToList();
        Assert.That(roots.Where(r => r.DeadLetters.Length == 0 || r.ConfiguredBy.Length == 0).Select(r => r.Id), Is.Empty);
        Assert.That(roots, Has.Count.GreaterThan(30));
    }

    [Test]
    public void What_is_dead_lettered_has_a_place_to_go_and_what_is_dropped_has_none()
    {
        Assert.That(ShippedCatalog.Data.Roots.Where(r => r.OnThrow == Outcome.DeadLettered && IsNone(r)).Select(r => r.Id), Is.Empty);
        Assert.That(ShippedCatalog.Data.Roots.Where(r => r.OnThrow == Outcome.Dropped && !IsNone(r)).Select(r => r.Id), Is.Empty);

        static bool IsNone(RootEntry root) => root.DeadLetters.StartsWith("none", StringComparison.Ordinal);
    }

    [TestCase("T:Microsoft.Azure.Functions.Worker.RabbitMQTriggerAttribute", Outcome.Dropped)]
    [TestCase("T:Microsoft.Azure.Functions.Worker.EventGridTriggerAttribute", Outcome.Dropped)]
    [TestCase("T:Amazon.Lambda.SNSEvents.SNSEvent", Outcome.Dropped)]
    [TestCase("T:Microsoft.Azure.Functions.Worker.EventHubTriggerAttribute", Outcome.Settled)]
    [TestCase("T:Microsoft.Azure.Functions.Worker.QueueTriggerAttribute", Outcome.DeadLettered)]
    [TestCase("T:Amazon.Lambda.SQSEvents.SQSEvent", Outcome.Redelivered)]
    [TestCase("M:KafkaFlow.IMessageHandler`1.Handle", Outcome.Settled)]
    [TestCase("M:Streamiz.Kafka.Net.Processors.Public.IProcessor`2.Process", Outcome.Stops)]
    public void A_throw_means(string id, object outcome) =>
        Assert.That(ShippedCatalog.Data.Roots.Single(r => r.Id == id).OnThrow, Is.EqualTo(outcome));
}
