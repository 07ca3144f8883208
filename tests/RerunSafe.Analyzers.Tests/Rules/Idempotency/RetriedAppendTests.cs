namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>No entry point is in most of these: the retry is what runs the write again.</summary>
[Parallelizable(ParallelScope.All)]
public class RetriedAppendTests
{
    private static string Store(string body, string members = "") => $$"""
        using Microsoft.EntityFrameworkCore;
        using Polly;
        using Polly.Retry;

        public class Order { public int Id { get; set; } public string Company { get; set; } = ""; }

        public class Context : DbContext
        {
            public DbSet<Order> Orders => Set<Order>();
        }

        public class Store(IDbConnection db, Context context, HttpClient http, IAsyncPolicy injected)
        {
            private static readonly AsyncRetryPolicy Retry = Policy.Handle<DbException>().WaitAndRetryAsync(3, _ => TimeSpan.FromSeconds(1));
            private static readonly IAsyncPolicy Breaker = Policy.Handle<DbException>().CircuitBreakerAsync(3, TimeSpan.FromSeconds(1));
            private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions()).Build();
            private readonly ResiliencePipeline timeout = new ResiliencePipelineBuilder().AddTimeout(TimeSpan.FromSeconds(1)).Build();

            public async Task<int> Save(Order order)
            {
                GC.KeepAlive((db, context, http, injected, pipeline, timeout));
                await Task.CompletedTask;
                {{body}}
            }

            {{members}}
        }
        """;

    private const string Insert = "db.ExecuteAsync(\"{|RERUN1012:INSERT INTO orders|} (company) VALUES (@Company)\", order)";
    private const string Fine = "db.ExecuteAsync(\"INSERT INTO orders (company) VALUES (@Company)\", order)";

    [TestCase("return await Retry.ExecuteAsync(() => " + Insert + ");")]
    [TestCase("return await pipeline.ExecuteAsync(async _ => await " + Insert + ");")]
    [TestCase("var policy = Policy.Handle<Exception>().RetryAsync(3); return await policy.ExecuteAsync(async () => { return await " + Insert + "; });")]
    [TestCase("return await Policy.Handle<Exception>().RetryAsync(3).ExecuteAsync(() => " + Insert + ");")]
    [TestCase("return await injected.ExecuteAsync(() => " + Insert + ");")]
    [TestCase("return await context.Database.CreateExecutionStrategy().ExecuteAsync(() => " + Insert + ");")]
    public Task A_policy_that_retries_an_insert(string body) => Verify.LibraryAsync(Store(body));

    [Test]
    public Task A_comment_that_names_the_rule_makes_it_silent() => Verify.LibraryAsync(Store(
        "return await Retry.ExecuteAsync(() => db.ExecuteAsync(\"INSERT INTO orders (company) VALUES (@Company) -- rerunsafe:ignore RERUN1012 a try is a row\", order));"));

    [TestCase("return await Breaker.ExecuteAsync(() => " + Fine + ");")]
    [TestCase("return await timeout.ExecuteAsync(async _ => await " + Fine + ");")]
    [TestCase("return await " + Fine + ";")]
    [TestCase("await Retry.ExecuteAsync(() => Task.Run(() => db.Open())); return await " + Fine + ";")]
    [TestCase("return await Retry.ExecuteAsync(() => db.QuerySingleAsync<int>(\"SELECT count(*) FROM orders\"));")]
    public Task No_retry_or_not_of_the_write(string body) => Verify.LibraryAsync(Store(body));

    private const string Helpers = """
            private static async Task<T> WithRetry<T>(int times, Func<Task<T>> work)
            {
                for (var attempt = 1; ; attempt++)
                {
                    try { return await work(); }
                    catch (DbException) when (attempt < times) { await Task.Delay(100); }
                }
            }

            private static Task<T> RetryByPolicy<T>(Func<Task<T>> work) => Retry.ExecuteAsync(work);

            private static async Task<T> RetryTold<T>(Func<Task<T>> work)
            {
                try { return await work(); }
                catch (DbException e) { Console.WriteLine(e); throw; }
            }

            private static async Task RetryForEach(IEnumerable<int> ids, Func<Task<int>> work)
            {
                foreach (var id in ids)
                {
                    try { await work(); }
                    catch (DbException) { Console.WriteLine(id); await Task.Delay(100); }
                }
            }

            private static async Task<T> RetryOpen<T>(Func<Task> open, Func<Task<T>> work)
            {
                for (var attempt = 1; attempt < 3; attempt++)
                {
                    try { await open(); break; }
                    catch (DbException) { await Task.Delay(100); }
                }

                return await work();
            }
        """;

    [TestCase("return await WithRetry(3, () => " + Insert + ");")]
    [TestCase("return await WithRetry(3, async () => { return await " + Insert + "; });")]
    [TestCase("return await RetryByPolicy(() => " + Insert + ");")]
    public Task A_helper_of_the_project_that_retries_what_it_is_handed(string body) => Verify.LibraryAsync(Store(body, Helpers));

    [TestCase("return await RetryTold(() => " + Fine + ");")]
    [TestCase("await RetryForEach([1, 2], () => " + Fine + "); return 0;")]
    [TestCase("return await RetryOpen(() => Task.CompletedTask, () => " + Fine + ");")]
    [TestCase("return await WithRetry(3, () => db.ExecuteAsync(\"INSERT INTO orders (id, company) VALUES (@Id, @Company) ON CONFLICT DO NOTHING\", order));")]
    public Task A_helper_that_does_not_retry_it_or_a_write_that_converges(string body) => Verify.LibraryAsync(Store(body, Helpers));

    [TestCase("for (var attempt = 1; attempt <= 3; attempt++) { try { return await " + Insert + "; } catch (DbException) { await Task.Delay(100); } } return 0;")]
    [TestCase("for (var i = 0; i < 3; i++) { try { await " + Insert + "; break; } catch (DbException) { Thread.Sleep(100); } } return 0;")]
    [TestCase("var tries = 0; while (true) { try { return await " + Insert + "; } catch (DbException) { if (++tries > 3) throw; } }")]
    [TestCase("var done = false; while (!done) { try { await " + Insert + "; done = true; } catch (DbException) { await Task.Delay(100); } } return 0;")]
    [TestCase("while (true) { try { await " + Insert + "; } catch (DbException e) { Console.WriteLine(e); await Task.Delay(100); continue; } break; } return 0;")]
    public Task A_loop_over_attempts(string body) => Verify.LibraryAsync(Store(body));

    [TestCase("foreach (var line in File.ReadLines(\"a\")) { try { await " + Fine + "; } catch (DbException) { await Task.Delay(100); } } return 0;")]
    [TestCase("while (true) { try { await " + Fine + "; } catch (DbException) { } await Task.Delay(1000); }")]
    [TestCase("for (var i = 0; i < 3; i++) { try { await " + Fine + "; } catch (DbException) { await Task.Delay(100); } } return 0;")]
    [TestCase("for (var attempt = 1; attempt <= 3; attempt++) { try { return await " + Fine + "; } catch (DbException) { throw; } } return 0;")]
    [TestCase("for (var attempt = 1; attempt <= 3; attempt++) { try { return await " + Fine + "; } catch (DbUpdateConcurrencyException) { await Task.Delay(100); } } return 0;")]
    [TestCase("for (var attempt = 1; attempt <= 3; attempt++) { try { return await " + Fine + "; } catch (UnauthorizedAccessException) { await Task.Delay(100); } } return 0;")]
    [TestCase("for (var attempt = 1; attempt <= 3; attempt++) { try { return await " + Fine + "; } catch (SqliteException e) when (IsBusy(e)) { await Task.Delay(100); } } return 0;")]
    [TestCase("for (var attempt = 1; attempt <= 3; attempt++) { try { db.Open(); break; } catch (DbException) { await Task.Delay(100); } } return await " + Fine + ";")]
    public Task Loops_over_records_polling_and_failures_that_did_nothing(string body) =>
        Verify.LibraryAsync(Store(body, "private static bool IsBusy(SqliteException e) => e.SqliteErrorCode == 5;"));

    [TestCase("INSERT INTO orders (company) VALUES (@Company) ON CONFLICT (company) DO NOTHING")]
    [TestCase("INSERT INTO orders (id, company) VALUES (@Id, @Company)")]
    [TestCase("INSERT INTO orders (company) SELECT @Company WHERE NOT EXISTS (SELECT 1 FROM orders WHERE company = @Company)")]
    [TestCase("UPDATE orders SET company = @Company WHERE id = @Id")]
    [TestCase("INSERT INTO audit_log (company) VALUES (@Company)")]
    [TestCase("DELETE FROM orders WHERE id = @Id")]
    public Task Writes_that_converge_or_are_refused_the_second_time(string sql) =>
        Verify.LibraryAsync(Store($"""return await Retry.ExecuteAsync(() => db.ExecuteAsync("{sql}", order));"""));

    [Test]
    public Task A_relative_update() => Verify.LibraryAsync(Store(
        """return await Retry.ExecuteAsync(() => db.ExecuteAsync("{|RERUN1012:UPDATE accounts|} SET balance = balance - 1 WHERE company = @Company", order));"""));

    [Test]
    public Task A_transaction_that_is_begun_and_committed_in_each_attempt() => Verify.LibraryAsync(Store($$"""
        return await Retry.ExecuteAsync(async () =>
        {
            using var transaction = db.BeginTransaction();
            var rows = await {{Fine}};
            transaction.Commit();
            return rows;
        });
        """));

    [Test]
    public Task A_look_up_in_each_attempt() => Verify.LibraryAsync(Store($$"""
        return await Retry.ExecuteAsync(async () =>
        {
            if (await db.ExecuteScalarAsync<int>("SELECT count(*) FROM orders WHERE company = @Company", order) > 0)
                return 0;
            return await {{Fine}};
        });
        """));

    [Test]
    public Task Through_calls_the_call_is_named() => Verify.LibraryAsync(Store(
        "return await Retry.ExecuteAsync(() => {|RERUN1012:Write(order)|});",
        "private async Task<int> Write(Order order) => await Run(order); private Task<int> Run(Order order) => " + Fine + ";"));

    [Test]
    public Task A_method_that_is_handed_over() => Verify.LibraryAsync(Store(
        "await Retry.ExecuteAsync({|RERUN1012:Write|}); return 0;",
        "private Task Write() => db.ExecuteAsync(\"INSERT INTO orders (company) VALUES ('a')\");"));

    [Test]
    public Task On_a_rerun_path_one_rule_speaks() => Verify.LibraryAsync("""
        using Polly;

        public class Job(IDbConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                    await Policy.Handle<DbException>().RetryAsync(3).ExecuteAsync(() => db.ExecuteAsync("{|RERUN1012:INSERT INTO orders|} (line) VALUES (@line)", new { line }));
            }
        }
        """);

    [Test]
    public Task On_a_rerun_path_a_relative_update_is_another_rules() => Verify.LibraryAsync("""
        using Polly;

        public class Job(IDbConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                    await Policy.Handle<DbException>().RetryAsync(3).ExecuteAsync(() => db.ExecuteAsync("UPDATE totals SET {|RERUN1004:n = n + 1|} WHERE line = @line", new { line }));
            }
        }
        """);

    private const string Strategy = "return await context.Database.CreateExecutionStrategy().ExecuteAsync(async () => { BODY return await context.SaveChangesAsync(); });";

    [Test]
    public Task A_context_that_keeps_what_the_failed_attempt_added() => Verify.LibraryAsync(Store(Strategy.Replace("BODY", "{|RERUN1012:context.Orders.Add(order)|};")));

    [TestCase("using var inner = new Context(); inner.Orders.Add(order); await inner.SaveChangesAsync();")]
    [TestCase("context.ChangeTracker.Clear(); context.Orders.Add(order);")]
    [TestCase("await using var transaction = await context.Database.BeginTransactionAsync(); context.Orders.Add(order); await context.SaveChangesAsync(); await transaction.CommitAsync();")]
    public Task A_context_of_the_attempt_or_a_transaction(string body) => Verify.LibraryAsync(Store(Strategy.Replace("BODY", body)));

    [Test]
    public Task What_was_added_before_the_retry() =>
        Verify.LibraryAsync(Store("context.Orders.Add(order); return await Retry.ExecuteAsync(() => context.SaveChangesAsync());"));

    [Test]
    public Task A_POST_without_a_key() => Verify.LibraryAsync(Store(
        "await Retry.ExecuteAsync(() => {|RERUN1012:http.PostAsync(\"https://shop/orders\", new StringContent(order.Company))|}); return 0;"));

    [TestCase("http.PutAsync(\"https://shop/orders/1\", new StringContent(order.Company))")]
    [TestCase("http.GetAsync(\"https://shop/orders/1\")")]
    [TestCase("http.PostAsync(\"https://shop/token\", new StringContent(order.Company))")]
    [TestCase("http.PostAsync(\"https://shop/orders\", new StringContent(order.Company) { Headers = { { \"Idempotency-Key\", order.Company } } })")]
    [TestCase("http.SendAsync(new HttpRequestMessage(HttpMethod.Get, \"https://shop/orders\"))")]
    public Task Requests_that_may_be_sent_again(string call) => Verify.LibraryAsync(Store($"await Retry.ExecuteAsync(() => {call}); return 0;"));
}
