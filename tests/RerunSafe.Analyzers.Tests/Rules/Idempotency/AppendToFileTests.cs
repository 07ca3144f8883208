namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class AppendToFileTests
{
    private static string Job(string body, string members = "") => $$"""
        public class ExportJob(ILogger<ExportJob> logger, string path, Func<string, string> parse) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    {{body}}
                }
                logger.LogInformation("{Path} {Parse}", path, parse);
                await Task.CompletedTask;
            }
            {{members}}
        }
        """;

    [TestCase("{|RERUN1007:File.AppendAllText(\"out/totals.csv\", line)|};")]
    [TestCase("await {|RERUN1007:File.AppendAllLinesAsync(path, [line])|};")]
    [TestCase("using var writer = {|RERUN1007:File.AppendText(path)|};")]
    [TestCase("using var writer = {|RERUN1007:new StreamWriter(path, append: true)|};")]
    [TestCase("using var writer = {|RERUN1007:new StreamWriter(path, true, System.Text.Encoding.UTF8)|};")]
    [TestCase("using var stream = {|RERUN1007:new FileStream(path, FileMode.Append)|};")]
    [TestCase("using var stream = {|RERUN1007:new FileStream(path, FileMode.Append, FileAccess.Write)|};")]
    [TestCase("using var stream = {|RERUN1007:File.Open(path, FileMode.Append)|};")]
    [TestCase("using var writer = {|RERUN1007:new FileInfo(path).AppendText()|};")]
    public Task What_is_appended_on_a_rerun_path_is_appended_again(string statement) => Verify.LibraryAsync(Job(statement));

    [TestCase("if (!File.Exists(path)) { File.WriteAllText(path, \"id;total\"); } File.AppendAllText(path, line);")]
    [TestCase("if (!File.Exists(path)) { using var header = File.CreateText(path); header.WriteLine(\"id;total\"); } File.AppendAllText(path, line);")]
    [TestCase("if (File.Exists(path) == false) File.WriteAllText(path, \"id;total\"); File.AppendAllText(path, line);")]
    public async Task The_header_of_a_new_file_does_not_start_an_old_one_anew(string body) =>
        Assert.That((await Verify.DiagnosticsAsync(Job(body))).Where(d => d.Id == "RERUN1007").ToList(), Has.Count.EqualTo(1));

    [TestCase("File.WriteAllText(path, \"id;total\"); File.AppendAllText(path, line);")]
    [TestCase("if (File.Exists(path)) File.Delete(path); File.AppendAllText(path, line);")]
    public async Task A_file_that_this_run_starts_anew_is_fine(string body) =>
        Assert.That((await Verify.DiagnosticsAsync(Job(body))).Where(d => d.Id == "RERUN1007"), Is.Empty);

    [TestCase("new StreamWriter(path, append: false)")]
    [TestCase("new StreamWriter(path)")]
    [TestCase("new StreamWriter(path, line.Length > 3)")]
    [TestCase("new FileStream(path, FileMode.Create)")]
    [TestCase("File.Open(path, FileMode.OpenOrCreate)")]
    [TestCase("File.Open(path, File.Exists(path) ? FileMode.Append : FileMode.Create)")]
    public async Task A_call_that_does_not_append_or_not_for_sure_is_fine(string call) =>
        Assert.That((await Verify.DiagnosticsAsync(Job($"GC.KeepAlive({call});"))).Where(d => d.Id == "RERUN1007"), Is.Empty);

    [TestCase("\"import.log\"")]
    [TestCase("\"logs/orders.txt\"")]
    [TestCase("\"/var/log/orders.txt\"")]
    [TestCase("\"audit.csv\"")]
    [TestCase("\"out/journal.txt\"")]
    [TestCase("\"errors.txt\"")]
    [TestCase("\"quarantine/orders.csv\"")]
    [TestCase("\"dead-letters.jsonl\"")]
    [TestCase("\"out/rejected.csv\"")]
    [TestCase("Path.Combine(Path.GetTempPath(), \"x.csv\")")]
    [TestCase("path + \".tmp\"")]
    public Task Logs_temporary_files_and_dead_letters_are_fine(string file) => Verify.LibraryAsync(Job($"File.AppendAllText({file}, line);"));

    [TestCase("\"out/catalog.csv\"")]
    [TestCase("\"out/blog.csv\"")]
    [TestCase("\"out/template.csv\"")]
    public Task A_name_that_only_sounds_like_a_log_is_none(string file) => Verify.LibraryAsync(Job($$"""{|RERUN1007:File.AppendAllText({{file}}, line)|};"""));

    [Test]
    public Task The_record_of_a_failure_in_a_catch_is_fine() => Verify.LibraryAsync(Job(
        "try { parse(line); } catch (FormatException) { File.AppendAllText(path, line); }"));

    [Test]
    public Task The_same_behind_the_catch() => Verify.LibraryAsync(Job(
        "try { parse(line); } catch (FormatException) { throw; } {|RERUN1007:File.AppendAllText(path, line)|};"));

    [TestCase("Keep(line);", "File.AppendAllText(path, text)", "")]
    [TestCase("", "{|RERUN1007:File.AppendAllText(path, text)|}", "Keep(line);")]
    public Task A_helper_is_judged_by_where_it_is_called_from(string inCatch, string call, string behind) => Verify.LibraryAsync(Job(
        $$"""try { parse(line); } catch (FormatException) { {{inCatch}} } {{behind}}""",
        $$"""private void Keep(string text) => {{call}};"""));

    [TestCase("$\"{DateTime.Now}: {line}\"")]
    [TestCase("DateTime.UtcNow.ToString(\"O\") + line")]
    [TestCase("new Exception(line).ToString()")]
    public Task A_line_that_says_when_or_what_went_wrong_is_a_logs(string content) => Verify.LibraryAsync(Job($"File.AppendAllText(path, {content});"));

    [TestCase("$\"out/{Guid.NewGuid()}.csv\"")]
    [TestCase("$\"out/{DateTime.Now:yyyyMMdd_HHmmss}.csv\"")]
    public Task A_file_of_this_run_only_is_another_rules_question(string file) => Verify.LibraryAsync(Job($"File.AppendAllText({file}, line);"));

    [Test]
    public Task A_file_of_the_day_is_appended_to_by_each_run_of_that_day() => Verify.LibraryAsync(Job(
        """{|RERUN1007:File.AppendAllText($"out/{DateTime.Today:yyyyMMdd}.csv", line)|};"""));

    [TestCase("File.Delete(path);")]
    [TestCase("File.WriteAllText(path, \"id\");")]
    [TestCase("if (File.Exists(path)) return;")]
    [TestCase("var old = File.ReadAllText(path);")]
    public Task A_file_that_is_started_anew_or_looked_into_is_fine(string before) => Verify.LibraryAsync(Job($"{before} File.AppendAllText(path, line);"));

    [TestCase("File.Delete(line);")]
    [TestCase("if (File.Exists(line)) return;")]
    [TestCase("{|RERUN1008:File.WriteAllText(\"other.csv\", \"id\")|};")]
    [TestCase("var old = File.ReadAllText(line);")]
    public Task Another_file_that_is_started_anew_says_nothing(string before) => Verify.LibraryAsync(Job($$"""{{before}} {|RERUN1007:File.AppendAllText(path, line)|};"""));

    [TestCase("File.AppendAllText(path, Console.ReadLine());")]
    [TestCase("var answer = Console.ReadLine(); if (answer == \"y\") File.AppendAllText(path, line);")]
    [TestCase("if (line == \"y\") {|RERUN1007:File.AppendAllText(path, line)|};")]
    public Task What_a_person_types_or_asks_for_is_new_on_each_run(string body) => Verify.LibraryAsync(Job(body));

    [Test]
    public Task A_file_that_is_moved_into_its_place_afterwards_is_fine() => Verify.LibraryAsync(Job(
        """File.AppendAllText(path, line); File.Move(path, "out/orders.csv", overwrite: true);"""));

    [Test]
    public Task A_helper_that_writes_a_log_by_its_name_is_fine() => Verify.LibraryAsync(Job(
        "WriteLog(line);", "private void WriteLog(string text) => File.AppendAllText(path, text);"));

    [Test]
    public Task The_same_helper_under_another_name() => Verify.LibraryAsync(Job(
        "Export(line);", "private void Export(string text) => {|RERUN1007:File.AppendAllText(path, text)|};"));

    [Test]
    public async Task The_message_names_the_call_and_the_file() => Assert.That(
        await MessageTests.MessagesAsync(Job("""File.AppendAllText("out/totals.csv", line);""")),
        Is.EqualTo(new[] { "File.AppendAllText runs again when ExportJob.ExecuteAsync starts again with its host and appends the same records to \"out/totals.csv\" once more; write a new file and move it over the old one" }));

    [TestCase("mode=Append", "{|RERUN1007:store.Put(line, Mode.Append)|};")]
    [TestCase("mode=Append", "store.Put(line, Mode.Replace);")]
    [TestCase("other=1", "store.Put(line, Mode.Append);")]
    public Task A_users_own_entry_may_ask_for_an_argument(string condition, string call) => Verify.WithFilesAsync(
        $$"""
        public enum Mode { Replace, Append }
        public interface IStore { void Put(string key, Mode mode); }
        public class ExportJob(IStore store) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    {{call}}
                }
                return Task.CompletedTask;
            }
        }
        """,
        [("/store.rerunsafe.json", $$"""{ "apis": [{ "id": "M:IStore.Put", "meaning": "appends-file", "argument": "key", "when": "{{condition}}" }] }""")]);
}
