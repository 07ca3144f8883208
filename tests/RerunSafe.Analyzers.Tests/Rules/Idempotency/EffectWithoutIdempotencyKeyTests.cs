namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1011: POSTs, mails and messages per record, and what tells a repetition.</summary>
[Parallelizable(ParallelScope.All)]
public class EffectWithoutIdempotencyKeyTests
{
    private static Task Consumer(string body, string parameters = "HttpClient http", string stub = "", string members = "", string usings = "using System.Net.Http.Json;", string type = "OrderConsumer") => Verify.LibraryAsync($$"""
        using MassTransit;
        {{usings}}

        public class OrderPlaced
        {
            public string Number { get; set; } = "";
            public bool MailSent { get; set; }
            public DateTime? SentAt { get; set; }
            public string ReplyTo { get; set; } = "";
        }
        public class {{type}}({{parameters}}) : IConsumer<OrderPlaced>
        {
            public async Task Consume(ConsumeContext<OrderPlaced> context)
            {
                var order = context.Message;
                {{body}}
                await Task.CompletedTask;
            }
            {{members}}
        }
        """, StoreStubs.MassTransit, stub);

    [Test]
    public Task A_post_per_message() => Consumer("""
        var response = await {|RERUN1011:http.PostAsJsonAsync("https://shop/orders", order)|};
        response.EnsureSuccessStatusCode();
        """);

    [Test]
    public Task A_post_whose_answer_is_read_for_the_log() => Consumer("""
        var response = await {|RERUN1011:http.PostAsJsonAsync("https://shop/orders", order)|};
        if (!response.IsSuccessStatusCode)
            Console.WriteLine(await response.Content.ReadAsStringAsync());
        """);

    [Test]
    public Task A_post_request() => Consumer("""
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://pay/charges") { Content = new StringContent(order.Number) };
        await {|RERUN1011:http.SendAsync(request)|};
        """);

    [Test]
    public Task A_mail_per_message() => Consumer("""
        using var smtp = new System.Net.Mail.SmtpClient("mail");
        await {|RERUN1011:smtp.SendMailAsync(new System.Net.Mail.MailMessage("a@b.c", "d@e.f", "Order", order.Number))|};
        """);

    [Test]
    public Task A_message_without_an_id() => Consumer(
        "await {|RERUN1011:sender.SendMessageAsync(new ServiceBusMessage(order.Number))|};",
        "ServiceBusSender sender", StoreStubs.ServiceBus, usings: "using Azure.Messaging.ServiceBus;");

    [Test]
    public Task A_publish_without_an_outbox() => Consumer("await {|RERUN1011:context.Publish(new OrderPlaced { Number = order.Number })|};");

    // A minimal stub of the public shape of Microsoft.Azure.WebJobs and its extensions.
    private const string Bindings = """
        namespace Microsoft.Azure.WebJobs
        {
            public interface IAsyncCollector<in T> { Task AddAsync(T item, CancellationToken cancellationToken = default); }
            public interface ICollector<in T> { void Add(T item); }
            [AttributeUsage(AttributeTargets.Parameter)] public class QueueTriggerAttribute(string queueName) : Attribute { public string QueueName => queueName; }
            [AttributeUsage(AttributeTargets.Parameter)] public class TimerTriggerAttribute(string schedule) : Attribute { public string Schedule => schedule; }
            [AttributeUsage(AttributeTargets.Parameter)] public class QueueAttribute(string queueName) : Attribute { public string QueueName => queueName; }
            [AttributeUsage(AttributeTargets.Parameter)] public class EventHubAttribute(string eventHubName) : Attribute { public string EventHubName => eventHubName; }
            [AttributeUsage(AttributeTargets.Parameter)] public class CosmosDBAttribute(string database) : Attribute { public string Database => database; }
        }
        """;

    [TestCase("[QueueTrigger(\"in\")] string order, [Queue(\"out\")] IAsyncCollector<string> output", "await {|RERUN1011:output.AddAsync(order)|};")]
    [TestCase("[QueueTrigger(\"in\")] string order, [EventHub(\"out\")] IAsyncCollector<string> output", "foreach (var line in order.Split(';')) await {|RERUN1011:output.AddAsync(line)|};")]
    [TestCase("[QueueTrigger(\"in\")] string order, [Queue(\"out\")] ICollector<string> output", "{|RERUN1011:output.Add(order)|};")]
    [TestCase("[QueueTrigger(\"in\")] string order, [CosmosDB(\"shop\")] IAsyncCollector<string> output", "await output.AddAsync(order);")]
    [TestCase("[QueueTrigger(\"in\")] string order, [Queue(\"out-poison\")] IAsyncCollector<string> deadLetters", "try { Console.WriteLine(int.Parse(order)); } catch (FormatException) { await deadLetters.AddAsync(order); }")]
    [TestCase("[QueueTrigger(\"in\")] string order, IAsyncCollector<string> output", "await output.AddAsync(order);")]
    [TestCase("[TimerTrigger(\"0 * * * *\")] string order, [Queue(\"out\")] IAsyncCollector<string> output", "await output.AddAsync(order);")]
    public Task What_an_output_binding_sends(string parameters, string body) => Verify.LibraryAsync($$"""
        using Microsoft.Azure.WebJobs;

        public static class Forward
        {
            public static async Task Run({{parameters}})
            {
                {{body}}
                await Task.CompletedTask;
            }
        }
        """, Bindings);

    [Test]
    public Task A_mail_per_line_of_a_file() => Verify.LibraryAsync("""
        public class Mailing(System.Net.Mail.SmtpClient smtp) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var address in File.ReadLines("addresses.txt"))
                    await {|RERUN1011:smtp.SendMailAsync("shop@b.c", address, "News", "…", stoppingToken)|};
            }
        }
        """);

    // Silent.
    [TestCase("""request.Headers.Add("Idempotency-Key", order.Number);""")]
    [TestCase("""request.Headers.TryAddWithoutValidation("X-Request-Id", order.Number);""")]
    public Task A_header_carries_the_key(string header) => Consumer($$"""
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://pay/charges");
        {{header}}
        await http.SendAsync(request);
        """);

    [TestCase("""await http.SendAsync(new HttpRequestMessage(HttpMethod.Put, "https://shop/orders/1"));""")]
    [TestCase("""await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://shop/orders/1"));""")]
    [TestCase("""await http.PutAsJsonAsync("https://shop/orders/1", order);""")]
    [TestCase("""await http.PostAsJsonAsync("https://shop/orders/search", order);""")]
    [TestCase("""await http.PostAsJsonAsync("https://login/oauth2/token", order);""")]
    [TestCase("""await http.PostAsJsonAsync("https://hooks.slack.com/services/x", order);""")]
    [TestCase("""var answer = await http.PostAsJsonAsync("https://shop/prices", order); var price = await answer.Content.ReadFromJsonAsync<decimal>();""")]
    [TestCase("""var task = http.PostAsJsonAsync("https://shop/prices", order); var answer = task.Result; var text = answer.Content.ReadAsStringAsync().Result; Console.WriteLine(text.Length);""")]
    [TestCase("""if (order.Number.Length > 3) { var answer = await http.PostAsJsonAsync("https://shop/prices", order); var text = await answer.Content.ReadAsStringAsync(); if (text.Contains("late")) Console.WriteLine(text); }""")]
    public Task A_call_that_changes_nothing_or_may_come_twice(string call) => Consumer(call);

    [TestCase("MessageId = order.Number")]
    public Task A_message_id_from_the_record(string id) => Consumer(
        $$"""await sender.SendMessageAsync(new ServiceBusMessage(order.Number) { {{id}} });""",
        "ServiceBusSender sender", StoreStubs.ServiceBus, usings: "using Azure.Messaging.ServiceBus;");

    [Test]
    public Task A_stored_flag_decides() => Consumer(
        """
        var stored = await orders.GetAsync(order.Number);
        if (stored.MailSent)
            return;
        await http.PostAsJsonAsync("https://shop/orders", order);
        """, "HttpClient http, IOrders orders", "public interface IOrders { Task<OrderPlaced> GetAsync(string number); }");

    [Test]
    public Task What_the_message_itself_says_is_the_same_on_every_delivery() => Consumer("""
        if (order.MailSent)
            return;
        await {|RERUN1011:http.PostAsJsonAsync("https://shop/orders", order)|};
        """);

    [Test]
    public Task It_is_recorded_as_sent() => Consumer("""
        await http.PostAsJsonAsync("https://shop/orders", order);
        order.SentAt = DateTime.UtcNow;
        """);

    [Test]
    public Task A_look_up_decides() => Consumer(
        """
        if (await db.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM processed_messages WHERE id = @Number", order) > 0)
            return;
        await http.PostAsJsonAsync("https://shop/orders", order);
        """, "HttpClient http, SqliteConnection db");

    [Test]
    public Task A_failed_message_goes_to_the_dead_letters() => Consumer(
        "await deadLetterSender.SendMessageAsync(new ServiceBusMessage(order.Number));",
        "ServiceBusSender deadLetterSender", StoreStubs.ServiceBus, usings: "using Azure.Messaging.ServiceBus;");

    [Test]
    public Task A_failure_is_told_in_a_catch() => Consumer("""
        try
        {
            order.Number.ToString();
        }
        catch (Exception)
        {
            await http.PostAsJsonAsync("https://shop/problems", order);
            throw;
        }
        """);

    [Test]
    public Task An_answer_belongs_to_its_question() => Consumer("await context.RespondAsync(new OrderPlaced());");

    [Test]
    public Task An_alert_may_come_twice() => Consumer("""await http.PostAsJsonAsync("https://shop/orders", order);""", type: "OrderAlertConsumer");

    [Test]
    public Task The_bus_has_an_outbox() => Verify.LibraryAsync(
        """
        using MassTransit;
        public record OrderPlaced(string Number);
        public class Setup { public void Configure(IBusRegistrationConfigurator bus) => bus.AddEntityFrameworkOutbox<object>(); }
        public class OrderConsumer : IConsumer<OrderPlaced>
        {
            public Task Consume(ConsumeContext<OrderPlaced> context) => context.Publish(new OrderPlaced(context.Message.Number));
        }
        """,
        StoreStubs.MassTransit,
        """
        namespace MassTransit
        {
            public interface IBusRegistrationConfigurator { }
            public static class EntityFrameworkOutboxConfigurationExtensions { public static void AddEntityFrameworkOutbox<T>(this IBusRegistrationConfigurator configurator) { } }
        }
        """);

    [Test]
    public Task Once_per_run_is_not_per_record() => Verify.LibraryAsync("""
        using System.Net.Http.Json;
        public class Report(HttpClient http) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => http.PostAsJsonAsync("https://shop/reports", "x", stoppingToken);
        }
        """);
}
