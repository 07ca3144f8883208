namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Which loops work through records: a program with one is a batch, and a catch inside one loses a record.</summary>
[Parallelizable(ParallelScope.All)]
public class RecordLoopTests
{
    [TestCase("foreach (var line in File.ReadLines(\"a.csv\"))")]
    [TestCase("foreach (var line in File.ReadAllLines(\"a.csv\").Skip(1))")]
    [TestCase("var lines = File.ReadAllLines(\"a.csv\"); foreach (var line in lines)")]
    [TestCase("var lines = File.ReadLines(\"a.csv\").Where(l => l != \"\").ToList(); foreach (var line in lines)")]
    [TestCase("foreach (var line in File.ReadLines(\"a.csv\").Select(l => l.Split(',')).Select(c => c[0]))")]
    [TestCase("foreach (var line in await File.ReadAllLinesAsync(\"a.csv\"))")]
    [TestCase("foreach (var line in File.ReadAllText(\"a.csv\").Split('\\n'))")]
    [TestCase("foreach (var line in Directory.GetFiles(\"in\"))")]
    [TestCase("foreach (var line in Directory.EnumerateFiles(\"in\", \"*.csv\").OrderBy(f => f))")]
    [TestCase("foreach (var line in new DirectoryInfo(\"in\").GetFiles().Select(f => f.FullName))")]
    [TestCase("foreach (var line in db.Query<string>(\"SELECT id FROM source\"))")]
    [TestCase("foreach (var line in (await db.QueryAsync<string>(\"SELECT id FROM source\")).ToList())")]
    [TestCase("foreach (var line in System.Text.Json.JsonSerializer.Deserialize<List<string>>(File.ReadAllText(\"a.json\"))!)")]
    [TestCase("using var text = new StreamReader(\"a.csv\"); string? line; while ((line = text.ReadLine()) != null)")]
    [TestCase("using var text = new StreamReader(\"a.csv\"); while (text.ReadLine() is { } line)")]
    [TestCase("using var text = File.OpenText(\"a.csv\"); for (var line = text.ReadLine(); line != null; line = text.ReadLine())")]
    [TestCase("using var select = new SqliteCommand(\"SELECT id FROM source\", db); using var rows = select.ExecuteReader(); while (rows.Read())")]
    [TestCase("using var csv = new CsvHelper.CsvReader(new StreamReader(\"a.csv\"), System.Globalization.CultureInfo.InvariantCulture); while (csv.Read())")]
    [TestCase("using var csv = new CsvHelper.CsvReader(new StreamReader(\"a.csv\"), System.Globalization.CultureInfo.InvariantCulture); foreach (var line in csv.GetRecords<string>())")]
    public Task A_program_that_works_through_records_is_a_batch(string loop) => Verify.ProgramAsync($$"""
        using var db = new SqliteConnection("Data Source=a.db");
        {{loop}}
        {
            db.Execute("{|RERUN1001:INSERT INTO orders|} (id) VALUES (1)");
        }
        await Task.CompletedTask;
        """);

    [TestCase("foreach (var line in args)")]
    [TestCase("for (var i = 0; i < 3; i++)")]
    [TestCase("foreach (var line in Enumerable.Range(1, 3))")]
    [TestCase("foreach (var line in new[] { \"a\", \"b\" })")]
    [TestCase("foreach (var line in Enum.GetNames<DayOfWeek>())")]
    [TestCase("foreach (var line in \"a,b\".Split(','))")]
    [TestCase("while (Console.ReadLine() != \"quit\")")]
    public Task A_program_that_only_repeats_something_is_none(string loop) => Verify.ProgramAsync($$"""
        using var db = new SqliteConnection("Data Source=a.db");
        {{loop}}
        {
            db.Execute("INSERT INTO orders (id) VALUES (1)");
        }
        """);

    [Test]
    public Task The_loop_may_stand_in_another_type() => Verify.ProgramAsync("""
        new Importer(new SqliteConnection("Data Source=a.db")).Run("a.csv");
        """, """
        public class Importer(SqliteConnection db)
        {
            public void Run(string file)
            {
                foreach (var line in File.ReadLines(file))
                    Import(line);
            }

            private void Import(string line) => db.Execute("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@line)", new { line });
        }
        """);
}
