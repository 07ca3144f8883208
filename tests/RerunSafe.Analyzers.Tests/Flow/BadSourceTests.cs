using System.Text;

namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Whatever the source looks like, the analyzer neither crashes nor hangs.</summary>
[Parallelizable(ParallelScope.All)]
public class BadSourceTests
{
    [Test]
    public Task Half_written_code_is_analysed_as_far_as_it_goes() => Verify.BrokenAsync("""
        public class Job(SqliteConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("a.csv"))
                {
                    await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id = line });
                    if (line.
                    try { db.
                }
        """);

    [Test]
    public Task Code_with_unknown_types_is_silent() => Verify.BrokenAsync("""
        public class Job(Unknown db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("a.csv"))
                    await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id = line }, Missing.Value);
            }
        }
        """);

    [TestCase("INSERT INTO")]
    [TestCase("INSERT INTO (")]
    [TestCase("INSERT INTO orders VALUES (((((((((")]
    [TestCase("INSERT orders SELECT 'unterminated")]
    [TestCase("UPDATE SET SET = + 1")]
    [TestCase("MERGE MERGE USING ON WHEN")]
    [TestCase("/* never closed INSERT INTO orders")]
    public async Task Sql_that_no_dialect_accepts_is_no_crash(string sql)
    {
        var found = await Verify.DiagnosticsAsync($$"""
            public class Job(SqliteConnection db) : BackgroundService
            {
                protected override async Task ExecuteAsync(CancellationToken stoppingToken)
                {
                    foreach (var line in File.ReadLines("a.csv"))
                        await db.ExecuteAsync("{{sql}}", new { line });
                }
            }
            """);
        Assert.That(found.Select(d => d.Id), Has.None.EqualTo("AD0001"));
        Assert.That(found.Where(d => d.Id == "RERUN1001").Select(d => d.GetMessage()), Has.All.Contains("orders"), "what names no table is not accused");
    }

    [Test]
    public async Task A_method_of_five_thousand_lines_is_analysed()
    {
        var body = new StringBuilder();
        for (var i = 0; i < 2_500; i++)
        {
            body.AppendLine($"if (line.Length > {i}) total += {i};");
            body.AppendLine($"var value{i} = line + \"{i}\";");
        }

        await Verify.LibraryAsync($$"""
            public class Job(SqliteConnection db) : BackgroundService
            {
                protected override async Task ExecuteAsync(CancellationToken stoppingToken)
                {
                    foreach (var line in File.ReadLines("a.csv"))
                    {
                        var total = 0;
                        {{body}}
                        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id = value2499, total });
                    }
                }
            }
            """);
    }

    [Test]
    public async Task Deeply_nested_code_is_no_crash()
    {
        var open = string.Concat(Enumerable.Repeat("if (line.Length > 0) { ", 200));
        var close = string.Concat(Enumerable.Repeat("} ", 200));
        await Verify.LibraryAsync($$"""
            public class Job(SqliteConnection db) : BackgroundService
            {
                protected override async Task ExecuteAsync(CancellationToken stoppingToken)
                {
                    foreach (var line in File.ReadLines("a.csv"))
                    {
                        {{open}} await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id = line }); {{close}}
                    }
                }
            }
            """);
    }

    [Test]
    public Task Methods_that_call_each_other_are_followed_once() => Verify.LibraryAsync("""
        public class Job(SqliteConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("a.csv"))
                    await PingAsync(line, 3);
            }

            private async Task PingAsync(string line, int depth)
            {
                await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id = line });
                if (depth > 0)
                    await PongAsync(line, depth - 1);
            }

            private Task PongAsync(string line, int depth) => PingAsync(line, depth);
        }
        """);
}
