using System.Net.Sockets;
using System.Text;
using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Reruns;
using RerunSafe.TestKit.Tests.Zoo;
using StackExchange.Redis;

namespace RerunSafe.TestKit.Tests.Wire;

/// <summary>Pipelines over StackExchange.Redis, seen on the wire.</summary>
public class RedisWireTests
{
    private const string CountOnce = "if redis.call('SADD', KEYS[1], ARGV[1]) == 1 then redis.call('INCRBY', KEYS[2], ARGV[2]) end";

    private RedisServer _server = null!;
    private RedisSink _redis = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await RedisServer.StartAsync();
        _redis = RedisSink.Connect(_server.Address);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_counter_beside_a_table_counts_again()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        RerunCheck Both(Func<IDatabase, Sale, Task> count) => RerunCheck.Pipeline(run => Over(run, async (redis, sale) =>
        {
            await run.Connect(db).ExecuteAsync("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT DO NOTHING", sale);
            await count(redis, sale);
        })).Observe(db.Table("sales"), _redis.Keys("total:*"));

        var bad = await Both((redis, sale) => redis.StringIncrementAsync("total:" + sale.Shop, sale.Amount)).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite, Schedule.ErrorAtEveryWrite).RunAsync();
        Assert.That(bad.Failures.Select(f => (f.Schedule, f.Verdict, f.Table)), Does.Contain(("Twice", Verdict.Changed, "total:*")).And.Contain(("CrashAtEveryWrite", Verdict.Changed, "total:*")), bad.ToString());
        Assert.That(bad.Failures.Select(f => f.Table), Has.None.EqualTo("sales"));
        var good = await Both((redis, sale) => redis.ScriptEvaluateAsync(CountOnce, ["counted", "total:" + sale.Shop], [sale.Id, sale.Amount])).RunAsync();
        Assert.That(good.Passed, good.ToString());
        var crash = good.Schedules.Single(s => s.Schedule == "CrashAtEveryWrite");
        // Three sales, each with two sides of an insert and of a script; seven states.
        Assert.That((crash.Planned, crash.Explored, crash.Unreached), Is.EqualTo((12, 7, 0)));
    }

    [Test]
    public async Task A_mark_and_a_count_are_told_apart_by_a_death_between_them_and_by_a_lost_answer()
    {
        var report = await Check(async (redis, sale) =>
        {
            if (await redis.SetAddAsync("counted", sale.Id))
                await redis.StringIncrementAsync("total", sale.Amount);
        }).RunAsync();
        var failure = report.Failures.First(f => f.Schedule == "CrashAtEveryWrite");
        Assert.That((failure.Verdict, failure.Point!.Statement, failure.Point.Phase), Is.EqualTo((Verdict.Changed, "SADD counted …", CrashPhase.After)).Or.EqualTo((Verdict.Lost, "SADD counted …", CrashPhase.After)), report.ToString());
        Assert.That(report.Failures.Select(f => f.Schedule), Has.None.EqualTo("Twice"));
    }

    [Test]
    public async Task A_transaction_has_one_point_for_each_command_and_two_for_its_commit()
    {
        RerunCheck Counting(bool asks) => Check(async (redis, sale) =>
        {
            var transaction = redis.CreateTransaction();
            transaction.AddCondition(Condition.SetNotContains("counted", sale.Id));
            _ = transaction.SetAddAsync("counted", sale.Id);
            _ = transaction.StringIncrementAsync("total", sale.Amount);
            if (!await transaction.ExecuteAsync() && asks && !await redis.SetContainsAsync("counted", sale.Id))
                throw new InvalidOperationException("The transaction was not carried out.");
        });

        var bad = await Counting(asks: false).Schedules(Schedule.ErrorAtEveryRead).RunAsync();
        Assert.That(bad.Failures.Select(f => f.Point!.Statement), Is.Not.Empty.And.All.EqualTo("SISMEMBER counted …"), "The client takes a look that fails for a condition that does not hold.");
        var report = await Counting(asks: true).RunAsync();
        Assert.That(report.Passed, report.ToString());
        var crash = report.Schedules.Single(s => s.Schedule == "CrashAtEveryWrite");
        Assert.That((crash.Planned, crash.Explored), Is.EqualTo((12, 4)));
    }

    [Test]
    public async Task An_error_is_one_of_the_server_and_a_lost_answer_one_of_the_connection()
    {
        var seen = new List<string>();
        var report = await Check(async (redis, sale) =>
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await redis.StringIncrementAsync("total", sale.Amount);
                    return;
                }
                catch (Exception e) when (e is RedisServerException or RedisConnectionException && attempt < 50)
                {
                    seen.Add(e is RedisServerException ? e.Message[..4] : "lost");
                    await Task.Delay(20);
                }
            }
        }).Schedules(Schedule.ErrorAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Select(f => f.Verdict), Is.EqualTo(new[] { Verdict.Changed }), report.ToString());
        Assert.That(report.Failures[0].Point!.Phase, Is.EqualTo(CrashPhase.After));
        Assert.That(report.Schedules[0].Failed, Is.EqualTo(3), "What was not applied may be tried again.");
        Assert.That(seen, Does.Contain("BUSY").And.Contain("lost"));
    }

    [TestCase("resp2")]
    [TestCase("resp3")]
    public async Task Pipelined_commands_and_messages_pass_in_their_order(string protocol)
    {
        var heard = new List<string>();
        var report = await RerunCheck.Pipeline(async run =>
        {
            await using var redis = await ConnectAsync(run, protocol);
            heard.Clear();
            var news = await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal("news"));
            var listening = Task.Run(async () =>
            {
                while (heard.Count < 4)
                    heard.Add((string)(await news.ReadAsync()).Message!);
            });
            var db = redis.GetDatabase();
            var writes = new List<Task>();
            await foreach (var delivery in run.Deliveries(Sales.Good(4)))
            {
                writes.Add(db.StringSetAsync($"sale:{delivery.Position}", delivery.Payload));
                writes.Add(db.PublishAsync(RedisChannel.Literal("news"), delivery.Position));
                writes.Add(db.StringGetAsync($"sale:{delivery.Position}"));
            }

            await Task.WhenAll(writes);
            await listening.WaitAsync(TimeSpan.FromSeconds(10));
            Assert.That(await ((Task<RedisValue>)writes[^1]), Is.Not.EqualTo(RedisValue.Null));
        }).Observe(_redis.Keys()).Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(heard, Is.EqualTo(new[] { "0", "100", "200", "300" }));
    }

    [Test]
    public async Task Commands_that_only_read_and_those_of_the_client_are_no_points()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            await using var redis = await ConnectAsync(run);
            var db = redis.GetDatabase();
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                if (await db.KeyExistsAsync("done") || (await db.StringGetAsync("x")).HasValue || await db.HashLengthAsync("sales") > 10)
                    return;
                await db.PingAsync();
                await db.HashSetAsync("sales", delivery.Position, "1");
            }
        }).Observe(_redis.Keys()).Schedules(Schedule.CrashAtEveryWrite, Schedule.ErrorAtEveryRead).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules[0].Planned, Is.EqualTo(6));
        Assert.That(report.Schedules[1].Planned, Is.GreaterThanOrEqualTo(9));
    }

    [Test]
    public async Task A_client_without_a_library_is_answered_as_by_the_server()
    {
        var answers = "";
        var report = await RerunCheck.Pipeline(async run =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(run.Through(_redis.Server));
            await using var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n\r\n\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nNONE\r\n*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*2\r\n$7\r\nHGETALL\r\n$1\r\nb\r\n*1\r\n$4\r\nQUIT\r\n"u8.ToArray());
            using var reader = new StreamReader(stream);
            answers = await reader.ReadToEndAsync();
            await foreach (var _ in run.Deliveries(Sales.Good(1)))
            {
            }
        }).Observe(_redis.Keys()).Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(answers, Does.StartWith("+PONG\r\n+OK\r\n$2\r\n\r\n\r\n-ERR unknown command").And.EndWith("%0\r\n+OK\r\n"));
    }

    [Test]
    public void A_client_that_speaks_TLS_is_told_what_to_do()
    {
        var error = Assert.ThrowsAsync<RerunCheckException>(() => RerunCheck.Pipeline(async run =>
        {
            var options = Options(run);
            options.Ssl = true;
            options.ConnectTimeout = 1000;
            await ConnectionMultiplexer.ConnectAsync(options);
        }).Observe(_redis.Keys()).RunAsync());
        Assert.That(error!.Message, Does.Contain("speaks TLS").And.Contain("ssl=false"));
    }

    [Test]
    public void Answers_that_are_switched_off_are_refused()
    {
        var error = Assert.ThrowsAsync<RerunCheckException>(() => RerunCheck.Pipeline(async run =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(run.Through(_redis.Server));
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("CLIENT REPLY OFF\r\n"));
            Assert.That(client.GetStream().ReadByte(), Is.EqualTo(-1));
        }).Observe(_redis.Keys()).RunAsync());
        Assert.That(error!.Message, Does.Contain("CLIENT REPLY"));
    }

    private RerunCheck Check(Func<IDatabase, Sale, Task> act) => RerunCheck.Pipeline(run => Over(run, act)).Observe(_redis.Keys());

    private async Task Over(PipelineRun run, Func<IDatabase, Sale, Task> act)
    {
        await using var redis = await ConnectAsync(run);
        await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            await act(redis.GetDatabase(), Habitat.Read(delivery));
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(PipelineRun run, string protocol = "resp2")
    {
        var options = Options(run);
        options.Protocol = protocol == "resp3" ? RedisProtocol.Resp3 : RedisProtocol.Resp2;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>Nobody waits for a server that is gone: a run that has died finds nobody any more.</summary>
    private ConfigurationOptions Options(PipelineRun run) => new()
    {
        EndPoints = { run.Through(_redis.Server) },
        BacklogPolicy = BacklogPolicy.FailFast,
        ReconnectRetryPolicy = new LinearRetry(10),
    };
}
