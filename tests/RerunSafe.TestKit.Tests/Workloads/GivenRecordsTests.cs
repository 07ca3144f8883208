using System.Text;
using System.Text.Json;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class GivenRecordsTests
{
    private static readonly string File = FindSample();

    private static Workload<JsonElement> Quakes()
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
        var inEventOrder = document.RootElement.GetProperty("features").EnumerateArray().OrderBy(f => f.GetProperty("properties").GetProperty("time").GetInt64());
        return Workload.FromJson(inEventOrder).Named("usgs").Seed(1).KeyedBy(f => f.GetProperty("id").GetString());
    }

    [Test]
    public void Raw_json_records_keep_their_exact_bytes()
    {
        var text = System.IO.File.ReadAllText(File);
        var deliveries = Quakes().Deliver().ToList();
        Assert.That(deliveries, Has.Count.EqualTo(1707));
        foreach (var d in deliveries)
            Assert.That(text.Contains(d.Text(), StringComparison.Ordinal), d.Text());
        Assert.That(Workload.FromJson([JsonDocument.Parse("""{ "id" : 1.0e2,"é":"\u00e9" }""").RootElement]).Deliver().Single().Text(), Is.EqualTo("""{ "id" : 1.0e2,"é":"\u00e9" }"""));
    }

    [Test]
    public void A_fault_changes_its_field_and_no_other_byte_of_a_raw_json_record()
    {
        var raw = JsonDocument.Parse("""{ "id" : "a", "v": 1 , "x":1.0e2, "é":"\u00e9+" }""").RootElement;
        var newer = Workload.FromJson([raw]).WithDuplicates(1, Duplicates.NewerVersion((JsonElement f) => f.GetProperty("id").GetString(), f => f.GetProperty("v").GetInt32(), changing: f => f.GetProperty("id"))).Deliver().Last();
        Assert.That(newer.Text(), Does.Match("""^\{ "id" : "a~", "v": \d+ , "x":1\.0e2, "é":"\\u00e9\+" \}$"""));
    }

    [Test]
    public void Raw_json_records_take_every_fault()
    {
        var workload = Quakes()
            .WithDuplicates(0.05, Duplicates.Exact, Duplicates.NewerVersion(
                (JsonElement f) => f.GetProperty("id").GetString(), f => f.GetProperty("properties").GetProperty("updated").GetInt64(), changing: f => f.GetProperty("properties").GetProperty("mag").GetDouble()))
            .WithLate(0.03, f => DateTimeOffset.FromUnixTimeMilliseconds(f.GetProperty("properties").GetProperty("time").GetInt64()), past: TimeSpan.FromHours(3))
            .WithMalformed(0.05, Malformed.Truncated, Malformed.WrongType, Malformed.MissingField, Malformed.NotUtf8);
        var deliveries = workload.Deliver().ToList();
        Assert.That(deliveries.Select(d => d.Truth.Fault).Distinct(), Is.EquivalentTo(
            new[] { null, "exact duplicate", "newer version", "late", "truncated", "wrong type", "missing field", "not UTF-8" }));
        var byPosition = deliveries.ToDictionary(d => d.Delivery.Position);
        foreach (var newer in deliveries.Where(d => d.Truth.Fault == "newer version"))
        {
            var (before, after) = (byPosition[newer.Truth.CopyOf!.Value].Json()["properties"]!, newer.Json()["properties"]!);
            Assert.That((long)after["updated"]!, Is.GreaterThan((long)before["updated"]!));
            Assert.That(after["mag"]!.ToJsonString(), Is.Not.EqualTo(before["mag"]!.ToJsonString()));
            Assert.That((long)after["time"]!, Is.EqualTo((long)before["time"]!));
        }

        foreach (var d in deliveries.Where(d => d.Truth.Fault == "missing field"))
            Assert.That(new[] { "type", "properties", "geometry", "id" }.Count(f => !d.Json().ContainsKey(f)), Is.EqualTo(1));
    }

    [Test]
    public void A_field_that_is_null_or_absent_in_some_raw_records_is_never_damaged()
    {
        var records = JsonDocument.Parse("""[{"id":1,"note":null,"tag":"x"},{"id":2,"note":"n"},{"id":"3","note":"n","tag":"y","ok":true}]""").RootElement.EnumerateArray().ToList();
        var required = new GivenRecords<JsonElement>([.. records.Take(2)], null).RequiredFields(JsonSerializerOptions.Web);
        Assert.That(required.Select(f => f.ToString()), Is.EqualTo(new[] { "id" }));
        Assert.That(new GivenRecords<JsonElement>([.. records], null).RequiredFields(JsonSerializerOptions.Web), Is.Empty, "id is a number or a text");
    }

    [Test]
    public void Typed_records_can_bring_their_own_bytes()
    {
        (int Id, string Line)[] rows = [(1, "1;a"), (2, "2;b")];
        var workload = Workload.From(rows, r => Encoding.UTF8.GetBytes(r.Line)).KeyedBy(r => r.Id).WithDuplicates(1, Duplicates.Exact);
        Assert.That(workload.Deliver().Where(d => d.Truth.CopyOf is null).Select(d => (d.Text(), d.Truth.BusinessKey)), Is.EqualTo(new[] { ("1;a", "1"), ("2;b", "2") }));
    }

    [Test]
    public void The_wire_format_follows_the_options()
    {
        var snake = Workload.From([new { OrderId = 1 }]).AsJson(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower });
        Assert.That(snake.Deliver().Single().Text(), Is.EqualTo("""{"order_id":1}"""));
        Assert.That(snake.KeyedBy(o => o.OrderId).WithMalformed(1, Malformed.MissingField).Deliver().Single().Text(), Is.EqualTo("{}"));
    }

    [Test]
    public void Count_takes_the_first_of_the_given_records() =>
        Assert.That(Quakes().Count(10).Lines(), Is.EqualTo(Quakes().Lines().Take(10)));

    private static string FindSample()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "samples", "data", "usgs-earthquakes-2018-02-06.geojson");
            if (System.IO.File.Exists(file))
                return file;
        }

        throw new FileNotFoundException("samples/data/usgs-earthquakes-2018-02-06.geojson is not above " + AppContext.BaseDirectory);
    }
}
