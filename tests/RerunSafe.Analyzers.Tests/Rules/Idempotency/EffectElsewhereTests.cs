namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1011 for mails, payments and other systems' APIs whose clients are in another project: their names say what they do.</summary>
[Parallelizable(ParallelScope.All)]
public class EffectElsewhereTests
{
    private const string Project = """
        namespace Shop.Clients;
        public class Mail { public string To { get; set; } = ""; public string Text { get; set; } = ""; public string IdempotencyKey { get; set; } = ""; }
        public class Receipt { public bool MailSent { get; set; } public string Kind { get; set; } = ""; }
        public interface IEmailSender { Task SendAsync(Mail mail, CancellationToken token = default); Task<int> GetQuotaAsync(string user); }
        public interface IPaymentGateway { Task<string> ChargeAsync(string number, decimal amount); }
        public interface IOrdersApiClient
        {
            Task<string> CreateReservation(string number); Task PostOrderAsync(string number); Task<decimal> PostPriceAsync(string number); Task PostTokenAsync(string user);
            Task<Receipt?> GetReceiptAsync(string number); Task CreateSession();
        }
        public interface INotificationHub { Task SendAsync(string text); }
        public interface IReceiptRepository { Task<Receipt?> GetAsync(string number); Task<bool> ExistsAsync(string number); }
        """;

    private static string Job(string body, string parameters, string source = "File.ReadLines(\"orders.csv\")") => $$"""
        using Shop.Clients;
        public class Reminders({{parameters}}, ILogger<Reminders> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var number in {{source}})
                {
                    {{body}}
                }

                logger.LogInformation("done");
                await Task.CompletedTask;
            }
        }
        """;

    [TestCase("await {|RERUN1011:mails.SendAsync(new Mail { To = number })|};", "IEmailSender mails")]
    [TestCase("var id = await {|RERUN1011:payments.ChargeAsync(number, 1m)|}; logger.LogInformation(id);", "IPaymentGateway payments")]
    [TestCase("var id = await {|RERUN1011:api.CreateReservation(number)|}; logger.LogInformation(id);", "IOrdersApiClient api")]
    [TestCase("await {|RERUN1011:api.PostOrderAsync(number)|};", "IOrdersApiClient api")]
    [TestCase("if (await receipts.GetAsync(number) is not { } receipt) throw new InvalidOperationException(number); await {|RERUN1011:mails.SendAsync(new Mail { Text = receipt.Kind })|};", "IEmailSender mails, IReceiptRepository receipts")]
    public Task What_another_system_does_for_each_record(string body, string parameters) => Verify.WithProjectAsync(Project, Job(body, parameters));

    [Test]
    public Task Rows_that_the_run_fetched() => Verify.WithProjectAsync(
        Project + " public interface IOrders { Task<List<string>> GetOpenAsync(); }",
        Job("await {|RERUN1011:mails.SendAsync(new Mail { To = number })|};", "IEmailSender mails, IOrders orders", "await orders.GetOpenAsync()"));

    // A question, an answer that is what the call was made for, what nobody minds having twice, a key, something that is not per record.
    [TestCase("logger.LogInformation((await mails.GetQuotaAsync(number)).ToString());", "IEmailSender mails")]
    [TestCase("var price = await api.PostPriceAsync(number); logger.LogInformation(price.ToString());", "IOrdersApiClient api")]
    [TestCase("await api.PostTokenAsync(number);", "IOrdersApiClient api")]
    [TestCase("await api.CreateSession();", "IOrdersApiClient api")]
    [TestCase("await hub.SendAsync(number);", "INotificationHub hub")]
    [TestCase("if (await receipts.ExistsAsync(number)) continue; await mails.SendAsync(new Mail { To = number });", "IEmailSender mails, IReceiptRepository receipts")]
    [TestCase("var receipt = await receipts.GetAsync(number); if (receipt is null || receipt.MailSent) continue; await mails.SendAsync(new Mail { To = number });", "IEmailSender mails, IReceiptRepository receipts")]
    [TestCase("var receipt = await receipts.GetAsync(number); if (receipt is not null) continue; await mails.SendAsync(new Mail { To = number });", "IEmailSender mails, IReceiptRepository receipts")]
    [TestCase("await mails.SendAsync(new Mail { To = number, IdempotencyKey = number });", "IEmailSender mails")]
    public Task What_changes_nothing_or_may_come_twice(string body, string parameters) => Verify.WithProjectAsync(Project, Job(body, parameters));

    // A minimal stub of the public shape of Hangfire.
    private const string Hangfire = "namespace Hangfire { public class AutomaticRetryAttribute : Attribute { } public interface IJobCancellationToken { } }";

    [TestCase("string feedback", "await {|RERUN1011:mails.SendAsync(feedback)|};")]
    [TestCase("string feedback, Hangfire.IJobCancellationToken token", "await {|RERUN1011:mails.SendAsync(feedback)|};")]
    [TestCase("Hangfire.IJobCancellationToken token", "await mails.SendAsync(\"summary\");")]
    [TestCase("", "await mails.SendAsync(\"summary\");")]
    public Task A_job_that_is_kept_with_its_arguments(string parameters, string body) => Verify.LibraryAsync(Hangfire, $$"""
        public interface IEmailSender { Task SendAsync(string text); }
        public class FeedbackMails(IEmailSender mails) { [Hangfire.AutomaticRetry] public async Task Send({{parameters}}) { {{body}} await Task.CompletedTask; } }
        """);

    [Test]
    public Task Once_per_run() => Verify.WithProjectAsync(Project, """
        using Shop.Clients;
        public class Summary(IEmailSender mails) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => mails.SendAsync(new Mail { To = "shop" }, stoppingToken);
        }
        """);

    // What is implemented here is followed, and shows what it does.
    [Test]
    public Task A_sender_that_only_writes_a_log() => Verify.LibraryAsync("""
        public interface IEmailSender { Task SendAsync(string to); }
        public class LogSender(ILogger<LogSender> logger) : IEmailSender { public Task SendAsync(string to) { logger.LogInformation(to); return Task.CompletedTask; } }
        public class Reminders(IEmailSender mails) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var number in File.ReadLines("orders.csv"))
                    await mails.SendAsync(number);
            }
        }
        """);
}
