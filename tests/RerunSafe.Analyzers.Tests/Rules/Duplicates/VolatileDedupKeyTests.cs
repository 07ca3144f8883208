using RerunSafe.Analyzers.Tests.Rules.Idempotency;

namespace RerunSafe.Analyzers.Tests.Rules.Duplicates;

/// <summary>RERUN3004: clocks and random values in keys that tell duplicates.</summary>
[Parallelizable(ParallelScope.All)]
public class VolatileDedupKeyTests
{
    private const string Upsert = """await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", new { id });""";

    private static Task Job(string body, string members = "") => Verify.LibraryAsync(Jobs.PerLine(body + Upsert, members));

    [Test]
    public Task A_hash_over_the_time_of_reading() => Job("""
        var dedupKey = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(line + {|RERUN3004:DateTime.UtcNow|})));
        logger.LogInformation(dedupKey);
        """);

    [Test]
    public Task A_fingerprint_by_way_of_a_helper() => Job(
        """
        var raw = $"{line}|{{|RERUN3004:Guid.NewGuid()|}}";
        var fingerprint = Hash(raw);
        logger.LogInformation(fingerprint);
        """,
        "private static string Hash(string text) => text;");

    [Test]
    public Task A_set_that_is_asked_for_a_new_key() => Job("""
        var seen = new HashSet<string>();
        if (!seen.Add($"{id}-{{|RERUN3004:DateTime.Now|}}"))
            continue;
        """);

    [Test]
    public Task The_database_hashes_its_clock() => Job("""
        await db.ExecuteAsync("INSERT INTO lines (row_hash, line) VALUES ({|RERUN3004:md5(@line || now())|}, @line) ON CONFLICT (row_hash) DO NOTHING", new { line });
        """);

    // Silent.
    [TestCase("var dedupKey = $\"{id}|{amount}\"; logger.LogInformation(dedupKey);")]
    [TestCase("var dedupKey = $\"{id}|{DateTime.UtcNow:yyyyMMdd}\"; logger.LogInformation(dedupKey);")]
    [TestCase("var dedupKey = $\"{id}|{DateTime.UtcNow.Ticks / TimeSpan.TicksPerHour}\"; logger.LogInformation(dedupKey);")]
    [TestCase("var dedupKey = line.Length > 3 ? line : Guid.NewGuid().ToString(); logger.LogInformation(dedupKey);")]
    [TestCase("var correlation = Guid.NewGuid().ToString(); logger.LogInformation(correlation);")]
    [TestCase("var signature = line + DateTime.UtcNow; logger.LogInformation(signature);")]
    [TestCase("var codes = new HashSet<string>(); while (!codes.Add(Guid.NewGuid().ToString())) { }")]
    [TestCase("var seen = new HashSet<string>(); var loaded = DateTime.UtcNow; if (!seen.Add(id)) continue; logger.LogInformation(\"{Time}\", loaded);")]
    public Task A_key_that_is_stable_or_no_key(string body) => Job(body);

    [Test]
    public Task A_time_that_only_decides_what_is_found() => Job(
        """
        var seen = new HashSet<string>();
        var found = Find(line, DateTime.UtcNow);
        if (!seen.Add(found.Name + id))
            continue;
        """,
        "private static (string Name, int Rank) Find(string text, DateTime since) => since.Year > 2000 ? (text, 1) : (\"\", 2);");
}
