using RerunSafe.Analyzers.Tests.Rules.Idempotency;

namespace RerunSafe.Analyzers.Tests.Rules.Duplicates;

/// <summary>RERUN3002: a set in memory as the only memory of a consumer.</summary>
[Parallelizable(ParallelScope.All)]
public class SeenSetInMemoryTests
{
    private const string Insert = """await db.ExecuteAsync("INSERT INTO orders (number) VALUES (@Number)", order);""";

    private static Task Consumer(string body, string members) => Verify.LibraryAsync($$"""
        using System.Collections.Concurrent;
        using MassTransit;

        public record OrderPlaced(string Number);
        public class OrderConsumer(SqliteConnection db) : IConsumer<OrderPlaced>
        {
            {{members}}

            public async Task Consume(ConsumeContext<OrderPlaced> context)
            {
                var order = context.Message;
                {{body}}
                await Task.CompletedTask;
            }
        }
        """, StoreStubs.MassTransit);

    [Test]
    public Task A_set_that_is_asked() => Consumer(
        $"if ({{|RERUN3002:_seen.Contains(order.Number)|}}) return; {Insert} _seen.Add(order.Number);",
        "private readonly HashSet<string> _seen = new();");

    [Test]
    public Task A_set_that_takes_the_key_once() => Consumer(
        $"if (!{{|RERUN3002:_seen.Add(order.Number)|}}) return; {Insert}",
        "private static readonly HashSet<string> _seen = [];");

    [Test]
    public Task A_dictionary_of_nothing() => Consumer(
        $"if ({{|RERUN3002:_seen.TryAdd(order.Number, 0)|}}) {{ {Insert} }}",
        "private readonly ConcurrentDictionary<string, byte> _seen = new(StringComparer.Ordinal);");

    [Test]
    public Task A_set_before_a_publish() => Consumer(
        "if (!{|RERUN3002:_seen.Add(order.Number)|}) return; await context.Publish(order);",
        "private readonly HashSet<string> _seen = new();");

    // Silent.
    [Test]
    public Task A_comment_that_names_the_rule() => Consumer(
        """if (_seen.Contains(order.Number)) return; await db.ExecuteAsync("INSERT INTO orders (number) VALUES (@Number) -- rerunsafe:ignore RERUN3002 seldom", order); _seen.Add(order.Number);""",
        "private readonly HashSet<string> _seen = new();");

    [Test]
    public Task A_set_that_is_filled_from_the_store() => Consumer(
        $"if (_seen.Contains(order.Number)) return; {Insert} _seen.Add(order.Number);",
        """
        private readonly HashSet<string> _seen = new();
        public async Task StartAsync() => _seen.UnionWith(await db.QueryAsync<string>("SELECT number FROM orders"));
        """);

    [Test]
    public Task A_set_that_another_method_fills() => Consumer(
        $"if (_seen.Contains(order.Number)) return; {Insert}",
        """
        private readonly HashSet<string> _seen = new();
        public async Task StartAsync()
        {
            foreach (var number in await db.QueryAsync<string>("SELECT number FROM orders"))
                _seen.Add(number);
        }
        """);

    [Test]
    public Task A_short_cut_before_an_upsert() => Consumer(
        """
        if (!_seen.Add(order.Number))
            return;
        await db.ExecuteAsync("INSERT INTO orders (number) VALUES (@Number) ON CONFLICT (number) DO NOTHING", order);
        """,
        "private readonly HashSet<string> _seen = new();");

    [Test]
    public Task A_short_cut_before_a_look_up() => Consumer(
        $$"""
        if (!_seen.Add(order.Number))
            return;
        if (await db.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM orders WHERE number = @Number", order) > 0)
            return;
        {{Insert}}
        """,
        "private readonly HashSet<string> _seen = new();");

    [Test]
    public Task A_cache_of_ids() => Consumer(
        $"if (!_ids.TryGetValue(order.Number, out var id)) {{ {Insert} _ids[order.Number] = id; }}",
        "private readonly Dictionary<string, long> _ids = new();");

    [Test]
    public Task A_set_of_known_types_decides_nothing_about_records() => Consumer(
        $"if (!_kinds.Contains(order.Number)) return; {Insert.Replace("INSERT INTO orders", "{|RERUN1001:INSERT INTO orders|}", StringComparison.Ordinal)}".Replace("{|RERUN1001:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal),
        """private static readonly HashSet<string> _kinds = new() { "A", "B" };""");

    [Test]
    public Task A_set_of_one_run_over_a_file() => Verify.LibraryAsync(Jobs.PerLine(
        """
        if (!_seen.Add(id))
            continue;
        await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", new { id });
        """,
        "private readonly HashSet<string> _seen = new();"));
}
