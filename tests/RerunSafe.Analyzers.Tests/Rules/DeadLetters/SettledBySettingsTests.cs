namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2004: settings in appsettings.json by which a record counts as done when it is handed over.</summary>
[Parallelizable(ParallelScope.All)]
public class SettledBySettingsTests
{
    private const string On = """{ "Kafka": { "GroupId": "orders", "BootstrapServers": "kafka:9092", "EnableAutoCommit": true } }""";
    private const string Off = """{ "Kafka": { "GroupId": "orders", "BootstrapServers": "kafka:9092", "EnableAutoCommit": false } }""";
    private const string LeftOn = """{ "Kafka": { "GroupId": "orders", "BootstrapServers": "kafka:9092" } }""";
    private const string Stored = """{ "Kafka": { "GroupId": "orders", "EnableAutoCommit": true, "EnableAutoOffsetStore": false } }""";

    private const string Bound = """var config = new ConsumerConfig(); settings.GetSection("Kafka").Bind(config);""";
    private const string BoundSaid = """var config = new ConsumerConfig(); {|RERUN2004:settings.GetSection("Kafka").Bind(config)|};""";

    private static Task Kafka(string config, (string Name, string Content)[] files, string parameter = "IConfiguration settings", string read = "consumer.Consume(stopping)") => Verify.WithFilesAsync($$"""
        using Confluent.Kafka;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.Options;

        public class KafkaOptions
        {
            public bool AutoCommit { get; set; }
        }

        public class ReportOptions
        {
            public bool AutoCommit { get; set; }
        }

        public class Worker(OrderTable table, {{parameter}}) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                {{config}}
                using var consumer = new ConsumerBuilder<string, string>(config).Build();
                consumer.Subscribe("orders");
                while (!stopping.IsCancellationRequested)
                {
                    var result = {{read}};
                    await table.UpsertAsync(Order.Parse(result.Message.Value));
                }
            }
        }
        """ + Brokers.Orders + Brokers.Kafka.Replace("using Confluent.Kafka;", "", StringComparison.Ordinal), files);

    private static (string, string)[] Settings(string content) => [("/app/appsettings.json", content)];

    [TestCase(On)]
    [TestCase(LeftOn)]
    public Task A_consumer_that_is_bound_to_a_section_that_leaves_or_switches_it_on(string content) => Kafka(BoundSaid, Settings(content));

    [TestCase(Off)]
    [TestCase(Stored)]
    [TestCase("""{ "Kafka": { "EnableAutoCommit": "false" } }""")]
    [TestCase("""{ "Other": { "EnableAutoCommit": true } }""")]
    [TestCase("""{ "Kafka": { "EnableAutoCommit": true, } """)]
    [TestCase("")]
    public Task A_section_that_switches_it_off_or_is_not_to_be_seen(string content) => Kafka(Bound, Settings(content));

    [TestCase("""var config = {|RERUN2004:settings.GetSection("Kafka").Get<ConsumerConfig>()|}!;""")]
    [TestCase("""var section = settings.GetSection("Kafka"); var config = {|RERUN2004:section.Get<ConsumerConfig>()|}!;""")]
    [TestCase("""var config = new ConsumerConfig { GroupId = "orders", {|RERUN2004:EnableAutoCommit = settings.GetValue<bool>("Kafka:EnableAutoCommit")|} };""")]
    [TestCase("""var config = new ConsumerConfig { GroupId = "orders", {|RERUN2004:EnableAutoCommit = bool.Parse(settings["Kafka:EnableAutoCommit"]!)|} };""")]
    [TestCase("""var config = new ConsumerConfig { GroupId = "orders", {|RERUN2004:EnableAutoCommit = settings.GetSection("Kafka").GetValue("EnableAutoCommit", false)|} };""")]
    public async Task Settings_that_are_read_one_by_one_or_as_a_whole(string config)
    {
        await Kafka(config, Settings(On));
        await Kafka(config.Replace("{|RERUN2004:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal), Settings(Off));
    }

    [Test]
    public async Task Injected_settings_are_those_of_the_only_section_that_fits()
    {
        const string Config = "var config = settings.Value;";
        const string Options = "IOptions<ConsumerConfig> settings";
        await Kafka(Config, Settings(On), Options, "{|RERUN2004:consumer.Consume(stopping)|}");
        await Kafka(Config, Settings(Off), Options);
        await Kafka(Config, Settings("""{ "Orders": { "GroupId": "a", "EnableAutoCommit": true }, "Refunds": { "GroupId": "b", "EnableAutoCommit": false } }"""), Options);
    }

    [Test]
    public async Task A_property_of_options_has_the_value_of_the_section_that_is_called_so()
    {
        const string AutoCommit = """{ "Kafka": { "AutoCommit": true }, "Jobs": { "AutoCommit": false } }""";
        await Kafka("var config = new ConsumerConfig { {|RERUN2004:EnableAutoCommit = settings.Value.AutoCommit|} };", Settings(AutoCommit), "IOptions<KafkaOptions> settings");
        await Kafka("var config = new ConsumerConfig { EnableAutoCommit = settings.Value.AutoCommit };", Settings(AutoCommit), "IOptions<ReportOptions> settings");
    }

    [Test]
    public async Task Files_for_real_environments_must_agree_and_those_for_development_do_not_count()
    {
        await Kafka(BoundSaid, [("/app/appsettings.json", On), ("/app/appsettings.Development.json", Off)]);
        await Kafka(Bound, [("/app/appsettings.json", On), ("/app/appsettings.Production.json", Off)]);
        await Kafka(BoundSaid, [("/app/appsettings.json", LeftOn), ("/app/appsettings.Production.json", On)]);
        await Kafka(Bound, [("/app/appsettings.json", On), ("/app/appsettings.Production.json", "{ broken")]);
        await Kafka(Bound, [("/app/other.json", On)]);
    }
}
