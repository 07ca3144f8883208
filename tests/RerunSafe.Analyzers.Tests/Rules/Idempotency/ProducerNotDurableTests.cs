namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class ProducerNotDurableTests
{
    // A stub of the public shape of Confluent.Kafka, whose package brings a native library for every platform. The IDs are checked against the real one.
    private const string Kafka = """
        namespace Confluent.Kafka
        {
            public enum Acks { None = 0, Leader = 1, All = -1 }

            public class Config
            {
                public void Set(string key, string val) { }
            }

            public class ClientConfig : Config
            {
                public ClientConfig() { }
                public ClientConfig(IDictionary<string, string> config) { }
                public string? BootstrapServers { get; set; }
                public Acks? Acks { get; set; }
            }

            public class ProducerConfig : ClientConfig
            {
                public ProducerConfig() { }
                public ProducerConfig(IDictionary<string, string> config) : base(config) { }
                public bool? EnableIdempotence { get; set; }
                public string? TransactionalId { get; set; }
            }

            public class ProducerBuilder<TKey, TValue>(IEnumerable<KeyValuePair<string, string>> config)
            {
                public ProducerBuilder(ProducerConfig config) : this([]) { }
            }
        }
        """;

    private static string Producer(string body, string type = "OrderProducer") => $$"""
        using Confluent.Kafka;

        public class {{type}}
        {
            public object Make(string servers, Acks acks, bool flag)
            {
                {{body}}
            }
        }
        """;

    [TestCase("return new ProducerConfig { BootstrapServers = servers, {|RERUN1013:Acks = Acks.Leader|} };")]
    [TestCase("return new ProducerConfig { BootstrapServers = servers, {|RERUN1013:Acks = Acks.None|} };")]
    [TestCase("return new ProducerConfig { BootstrapServers = servers, {|RERUN1013:Acks = (Acks)1|} };")]
    [TestCase("return new ProducerConfig { BootstrapServers = servers, {|RERUN1013:EnableIdempotence = false|} };")]
    [TestCase("var config = new ProducerConfig { BootstrapServers = servers }; {|RERUN1013:config.Acks = Acks.Leader|}; return config;")]
    [TestCase("var config = new ProducerConfig { BootstrapServers = servers }; {|RERUN1013:config.Set(\"acks\", \"1\")|}; return config;")]
    [TestCase("var config = new ProducerConfig { BootstrapServers = servers }; {|RERUN1013:config.Set(\"enable.idempotence\", \"false\")|}; return config;")]
    public Task Durability_that_is_switched_off(string body) => Verify.LibraryAsync(Kafka, Producer(body));

    [TestCase("var config = new {|RERUN1013:ProducerConfig|} { BootstrapServers = servers }; return new ProducerBuilder<string, string>(config);")]
    [TestCase("return new ProducerBuilder<string, string>(new {|RERUN1013:ProducerConfig|} { BootstrapServers = servers, Acks = Acks.All });")]
    public Task Idempotence_that_is_left_off_as_it_is_by_default(string body) => Verify.LibraryAsync(Kafka, Producer(body));

    [TestCase("return new ProducerConfig { BootstrapServers = servers, Acks = Acks.All, EnableIdempotence = true };")]
    [TestCase("return new ProducerConfig { BootstrapServers = servers, EnableIdempotence = flag };")]
    [TestCase("return new ProducerConfig { BootstrapServers = servers, Acks = Acks.Leader, TransactionalId = servers };")]
    [TestCase("return new ProducerConfig { BootstrapServers = servers, Acks = acks, EnableIdempotence = true };")]
    [TestCase("var config = new ProducerConfig { BootstrapServers = servers }; config.EnableIdempotence = true; return new ProducerBuilder<string, string>(config);")]
    [TestCase("var config = new ProducerConfig { BootstrapServers = servers }; Bind(config); return new ProducerBuilder<string, string>(config); void Bind(object target) { }")]
    [TestCase("return new ProducerConfig(new Dictionary<string, string>());")]
    [TestCase("return new ProducerConfig();")]
    [TestCase("var config = new ClientConfig { BootstrapServers = servers }; config.Set(\"acks\", \"all\"); return config;")]
    [TestCase("var topic = \"app-metrics\"; GC.KeepAlive(topic); return new ProducerConfig { BootstrapServers = servers, Acks = Acks.None };")]
    public Task Durable_unknown_or_not_for_records(string body) => Verify.LibraryAsync(Kafka, Producer(body));

    [TestCase("TelemetryProducer")]
    [TestCase("LogShipper")]
    public Task Producers_of_logs_and_metrics(string type) =>
        Verify.LibraryAsync(Kafka, Producer("return new ProducerConfig { BootstrapServers = servers, Acks = Acks.Leader };", type));
}
