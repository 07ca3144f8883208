namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1011 for records that a Kafka consumer produces: which keys tell a repetition, and which conditions decide.</summary>
[Parallelizable(ParallelScope.All)]
public class EffectOfKafkaTests
{
    // A minimal stub of the public shape of Confluent.Kafka, and an extension of another library that hands each record to a delegate.
    private const string Kafka = """
        namespace Confluent.Kafka
        {
            public class Message<TKey, TValue> { public TKey Key { get; set; } = default!; public TValue Value { get; set; } = default!; public Headers Headers { get; set; } = new(); }
            public class Headers { public bool TryGetLastBytes(string key, out byte[] value) { value = []; return false; } }
            public class ConsumeResult<TKey, TValue> { public Message<TKey, TValue> Message { get; set; } = new(); }
            public interface IConsumer<TKey, TValue> { ConsumeResult<TKey, TValue> Consume(CancellationToken token); void Commit(ConsumeResult<TKey, TValue> result); }
            public interface IProducer<TKey, TValue> { Task ProduceAsync(string topic, Message<TKey, TValue> message); }
        }
        namespace Traced
        {
            public static class ConsumerExtensions
            {
                public static Task ConsumeTraced<K, V>(this Confluent.Kafka.IConsumer<K, V> consumer, Func<Confluent.Kafka.ConsumeResult<K, V>, CancellationToken, Task> action, CancellationToken token) => action(consumer.Consume(token), token);
                public static Task RunOnce<K, V>(this Confluent.Kafka.IConsumer<K, V> consumer, Func<CancellationToken, Task> action) => action(default);
            }
        }
        """;

    private const string Types = """
        public class Admission { public string PatientId { get; set; } = ""; public string TenantId { get; set; } = ""; public string Kind { get; set; } = ""; public bool Completed { get; set; } }
        public class PatientAdmitted { public string PatientId { get; set; } = ""; }
        public class Plan { public bool Enabled { get; set; } public string Kind { get; set; } = ""; public bool Sent { get; set; } }
        public interface IPlans { Task<Plan?> FindAsync(string id); }
        """;

    private static Task Consumer(string body) => Verify.LibraryAsync(Kafka, $$"""
        using Confluent.Kafka;
        using Traced;
        public class AdmissionListener(IConsumer<string, Admission> consumer, IProducer<string, PatientAdmitted> producer, IPlans plans) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    await consumer.ConsumeTraced(async (result, token) =>
                    {
                        var admission = result.Message.Value;
                        {{body}}
                        consumer.Commit(result);
                    }, stoppingToken);
                }

                await Task.CompletedTask;
            }

            private Task<Plan?> PlanOf(string id) => plans.FindAsync(id);
        }
        """, Types);

    private const string Produce = """await {|RERUN1011:producer.ProduceAsync("admitted", new Message<string, PatientAdmitted> { Key = admission.TenantId, Value = new PatientAdmitted { PatientId = admission.PatientId } })|};""";
    private const string Silent = """await producer.ProduceAsync("admitted", new Message<string, PatientAdmitted> { Key = admission.TenantId, Value = new PatientAdmitted { PatientId = admission.PatientId } });""";

    [Test]
    public Task A_partition_key_that_many_messages_share() => Consumer(Produce);

    [TestCase("admission.PatientId")]
    [TestCase("$\"{admission.TenantId}-{admission.PatientId}\"")]
    [TestCase("result.Message.Key")]
    public Task A_key_that_is_about_the_message(string key) => Consumer(Silent.Replace("Key = admission.TenantId", "Key = " + key));

    // What a handler has to find, what it is like, and what the message itself says are the same on the second delivery.
    [TestCase("var plan = await plans.FindAsync(admission.TenantId); if (plan == null) throw new InvalidOperationException();")]
    [TestCase("var plan = await plans.FindAsync(admission.TenantId); if (plan is null) return;")]
    [TestCase("var plan = await plans.FindAsync(admission.TenantId); if (plan is null || !plan.Enabled) return;")]
    [TestCase("var plan = await PlanOf(admission.TenantId); if (plan is { } found && found.Kind == admission.Kind) Console.WriteLine(); else return;")]
    [TestCase("if (admission.Completed) return;")]
    [TestCase("if (!result.Message.Headers.TryGetLastBytes(\"kind\", out _)) throw new InvalidOperationException();")]
    public Task A_condition_that_is_no_guard(string condition) => Consumer(condition + Produce);

    [TestCase("if (await plans.FindAsync(admission.PatientId) != null) return;")]
    [TestCase("var known = await plans.FindAsync(admission.PatientId); if (known is not null) return;")]
    [TestCase("var plan = await plans.FindAsync(admission.PatientId); if (plan is null || plan.Sent) return;")]
    public Task A_condition_that_is_one(string condition) => Consumer(condition + Silent);

    [Test]
    public Task A_delegate_that_is_handed_no_record() => Verify.LibraryAsync(Kafka, """
        using Confluent.Kafka;
        using Traced;
        public class Starter(IConsumer<string, Admission> consumer, IProducer<string, PatientAdmitted> producer) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
                consumer.RunOnce(token => producer.ProduceAsync("admitted", new Message<string, PatientAdmitted> { Value = new PatientAdmitted() }));
        }
        """, Types);
}
