using RerunSafe.TestKit.Sinks;
using StackExchange.Redis;

namespace RerunSafe.TestKit.Tests.Wire;

public class RedisSinkTests
{
    private RedisServer _server = null!;
    private RedisSink _sink = null!;
    private ConnectionMultiplexer _client = null!;

    private IDatabase Redis => _client.GetDatabase(2);

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await RedisServer.StartAsync();
        _client = await ConnectionMultiplexer.ConnectAsync(_server.Address.ToString());
        _sink = RedisSink.Connect(_server.Address, database: 2);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _sink.DisposeAsync();
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [SetUp]
    public async Task Fill()
    {
        await _sink.ResetAsync();
        await Redis.StringSetAsync("text", "a");
        await Redis.StringSetAsync("bytes", new byte[] { 0xFF, 0 });
        await Redis.HashSetAsync("hash", [new("b", "2"), new("a", "1")]);
        await Redis.ListRightPushAsync("list", ["x", "x"]);
        await Redis.SetAddAsync("set", ["m", "n"]);
        await Redis.SortedSetAddAsync("zset", "top", 1.5);
        await Redis.StreamAddAsync("stream", "f", "v", messageId: "1-1");
    }

    [Test]
    public async Task Every_element_is_a_row()
    {
        var state = await _sink.ReadAsync(_sink.Keys());
        Assert.That(state.Rows.Select(r => string.Join('|', r.Values)), Is.EqualTo(new[]
        {
            "bytes||0xff00", "hash|a|1", "hash|b|2", "list|00000000|x", "list|00000001|x", "set|m|", "set|n|", "stream|1-1|f=v", "text||a", "zset|top|1.5",
        }));
        Assert.That((await _sink.ReadAsync(_sink.Keys("h*").Ignoring("value"))).Rows.Select(r => r.ToString()), Is.EqualTo(new[] { "key='hash', field='a'", "key='hash', field='b'" }));
    }

    [Test]
    public async Task A_saved_state_can_be_restored_any_number_of_times_with_what_expires()
    {
        await Redis.KeyExpireAsync("text", TimeSpan.FromMinutes(5));
        using var image = await _sink.SaveAsync();
        var saved = await _sink.FingerprintAllAsync();
        for (var i = 0; i < 2; i++)
        {
            await Redis.KeyDeleteAsync(["text", "list"]);
            await Redis.StringSetAsync("new", "1");
            Assert.That(await _sink.FingerprintAllAsync(), Is.Not.EqualTo(saved));
            await _sink.RestoreAsync(image);
            Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(saved));
        }

        Assert.That(await Redis.KeyTimeToLiveAsync("text"), Is.GreaterThan(TimeSpan.FromMinutes(4)));
        await Redis.KeyPersistAsync("text");
        Assert.That(await _sink.FingerprintAllAsync(), Is.Not.EqualTo(saved), "A key that stays is another state.");
    }

    [Test]
    public async Task Fingerprints_tell_kinds_and_places_apart()
    {
        async Task<string> Of(Func<Task> fill)
        {
            await _sink.ResetAsync();
            await fill();
            return (await _sink.FingerprintAllAsync()).Value;
        }

        var states = new[]
        {
            await Of(() => Redis.StringSetAsync("k", "a")),
            await Of(() => Redis.StringSetAsync("ka", "")),
            await Of(() => Redis.HashSetAsync("k", "a", "")),
            await Of(() => Redis.SetAddAsync("k", "a")),
            await Of(() => Redis.ListRightPushAsync("k", ["a", "b"])),
            await Of(() => Redis.ListRightPushAsync("k", ["b", "a"])),
        };
        Assert.That(states, Is.Unique);
    }

    [Test]
    public void A_database_that_holds_something_is_not_taken_over()
    {
        var error = Assert.Throws<SinkException>(() => RedisSink.Connect(_server.Address, database: 2));
        Assert.That(error!.Message, Does.Contain("holds 7 keys").And.Contain("empties"));
        Assert.That(() => RedisSink.Connect(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1)), Throws.TypeOf<SinkException>().With.Message.Contains("There is no Redis"));
    }
}
