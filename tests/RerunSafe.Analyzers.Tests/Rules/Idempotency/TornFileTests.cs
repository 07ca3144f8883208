using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class TornFileTests
{
    private static string Job(string body, string members = "", string types = "") => $$"""
        public class ReportJob(string folder) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var text = string.Join("\n", File.ReadLines("orders.csv"));
                var target = Path.Combine(folder, "orders.json");
                {{body}}
                GC.KeepAlive((text, target));
                await Task.CompletedTask;
            }

            {{members}}
        }

        {{types}}
        """;

    [TestCase("{|RERUN1008:File.WriteAllText(target, text)|};")]
    [TestCase("await {|RERUN1008:File.WriteAllTextAsync(target, text, stoppingToken)|};")]
    [TestCase("{|RERUN1008:File.WriteAllLines(\"out/orders.csv\", [text])|};")]
    [TestCase("{|RERUN1008:File.WriteAllBytes(target, [1])|};")]
    [TestCase("using var stream = {|RERUN1008:File.Create(target)|};")]
    [TestCase("using var stream = {|RERUN1008:File.OpenWrite(target)|};")]
    [TestCase("using var stream = {|RERUN1008:new FileStream(target, FileMode.Create)|};")]
    [TestCase("using var writer = {|RERUN1008:new StreamWriter(target)|}; writer.Write(text);")]
    [TestCase("using var writer = {|RERUN1008:new StreamWriter(target, append: false)|}; writer.Write(text);")]
    [TestCase("using var stream = {|RERUN1008:new FileInfo(target).Create()|};")]
    public Task A_file_is_overwritten_in_its_place(string body) => Verify.LibraryAsync(Job(body));

    [TestCase("using var stream = new FileStream(target, FileMode.Open);")]
    [TestCase("using var stream = new FileStream(target, FileMode.CreateNew);")]
    [TestCase("using var stream = new MemoryStream(); using var writer = new StreamWriter(stream); writer.Write(text);")]
    [TestCase("File.WriteAllText(target + \".tmp\", text); File.Move(target + \".tmp\", target, overwrite: true);")]
    [TestCase("var beside = target + \"~\"; File.WriteAllText(beside, text); File.Move(beside, target, overwrite: true);")]
    [TestCase("var beside = target + \"~\"; File.WriteAllText(beside, text); File.Replace(beside, target, null);")]
    [TestCase("File.WriteAllText(\"out/orders.1\", text); File.Move(\"out/orders.1\", \"out/orders\", overwrite: true);")]
    [TestCase("File.WriteAllText(Path.Combine(Path.GetTempPath(), \"orders.json\"), text);")]
    [TestCase("File.WriteAllText(Path.GetTempFileName(), text);")]
    [TestCase("File.WriteAllText(Path.Combine(folder, \"cache\", \"orders.json\"), text);")]
    [TestCase("File.WriteAllText(Path.Combine(folder, \"import.log\"), text);")]
    [TestCase("File.WriteAllText(Path.Combine(folder, \"job.pid\"), \"1\");")]
    [TestCase("File.WriteAllText(Path.Combine(folder, \"rejected.csv\"), text);")]
    [TestCase("File.WriteAllText(Path.Combine(folder, Guid.NewGuid() + \".json\"), text);")]
    [TestCase("File.WriteAllText(Path.Combine(folder, $\"orders-{DateTime.UtcNow:yyyyMMddHHmmss}.json\"), text);")]
    [TestCase("File.WriteAllText(target, text); Upload(target);")]
    [TestCase("File.WriteAllText(target, text); System.Diagnostics.Process.Start(\"convert\", target);")]
    [TestCase("File.WriteAllText(target, text); File.Delete(target);")]
    [TestCase("File.WriteAllText(target, text); GC.KeepAlive(new Uri(\"a:b\")); var post = new Post { Attachment = target };")]
    [TestCase("File.WriteAllText(Path.Combine(folder, $\"orders-{(int)DateTime.UtcNow.Subtract(new DateTime(1970, 1, 1)).TotalSeconds}.json\"), text);")]
    [TestCase("File.WriteAllText(Path.Combine(folder, \"global.json\"), text);")]
    [TestCase("var projectFileName = Path.Combine(folder, \"a\"); File.WriteAllText(projectFileName, text);")]
    [TestCase("File.WriteAllText(\"key.pem\", text);")]
    [TestCase("File.WriteAllText(Path.Combine(folder, \"node.ready\"), text);")]
    [TestCase("foreach (var source in Directory.EnumerateFiles(folder)) { var was = File.ReadAllText(source); File.WriteAllText(source, \"// \" + was); }")]
    public Task What_is_moved_temporary_or_a_step_is_fine(string body) => Verify.LibraryAsync(Job(body, "void Upload(string path) => GC.KeepAlive(path);", "public class Post { public string? Attachment { get; set; } }"));

    [TestCase("foreach (var table in new[] { \"a\", \"b\" }) {|RERUN1008:File.WriteAllText($\"{folder}/{table}.csv\", text)|};")]
    [TestCase("foreach (var path in Directory.EnumerateFiles(folder)) {|RERUN1008:File.WriteAllText(path, text)|};")]
    [TestCase("File.WriteAllText(Path.Combine(folder, $\"orders-{new DateTime({|RERUN1006:DateTime.Now|}.Year, DateTime.Now.Month, 1):yyyyMM}.json\"), text);")]
    [TestCase("{|RERUN1008:File.WriteAllText(Path.Combine(folder, \"keys.csv\"), text)|};")]
    [TestCase("{|RERUN1008:File.WriteAllText(Path.Combine(folder, \"projects.json\"), text)|};")]
    [TestCase("var settings = new Settings(); {|RERUN1008:File.WriteAllText(settings.OutputFile, text)|};")]
    [TestCase("var config = new Dictionary<string, string>(); {|RERUN1008:File.WriteAllText(config[\"Settings:OutputFile\"], text)|};")]
    public Task What_only_looks_like_it(string body) => Verify.LibraryAsync(Job(body, "", "public class Settings { public string OutputFile { get; set; } = \"\"; }"));

    [Test]
    public Task What_a_builder_of_a_set_up_writes() => Verify.LibraryAsync(Job(
        "new DockerComposeBuilder().Build(target); FillCache(target); new OrderBuilder().Build(target);", "static void FillCache(string path) => File.WriteAllText(path, \"x\");",
        "public class DockerComposeBuilder { public void Build(string path) => File.WriteAllText(path, \"x\"); } public class OrderBuilder { public void Build(string path) => {|RERUN1008:File.WriteAllText(path, \"x\")|}; }"));

    [Test]
    public Task A_file_that_tells_of_a_failure() => Verify.LibraryAsync(Job(
        "try { GC.Collect(); } catch (InvalidOperationException e) { File.WriteAllText(target, e.Message); throw; }"));

    [Test]
    public Task A_caller_moves_what_it_had_written() => Task.WhenAll(
        Verify.LibraryAsync(Job("var beside = target + \"~\"; Write(beside, text); File.Move(beside, target, overwrite: true);", "static void Write(string path, string text) => File.WriteAllText(path, text);")),
        Verify.LibraryAsync(Job("Write(target, text); File.Move(\"orders.csv\", \"done/orders.csv\");", "static void Write(string path, string text) => {|RERUN1008:File.WriteAllText(path, text)|};")));

    [Test]
    public Task A_path_that_goes_back_to_the_caller() => Verify.LibraryAsync(Job(
        "var path = Export(text); GC.KeepAlive(path);", "string Export(string text) { var path = Path.Combine(folder, \"orders.json\"); File.WriteAllText(path, text); return path; }"));

    [Test]
    public Task Nothing_runs_it_again() => Verify.LibraryAsync("public class Tool { public void Save(string path) => File.WriteAllText(path, \"x\"); }");

    [TestCase("File.WriteAllText(target, text);", "half a file")]
    [TestCase("using var stream = File.OpenWrite(target);", "the old tail or half a file")]
    public async Task The_message_says_what_a_crash_leaves(string body, string left)
    {
        var found = (await Verify.DiagnosticsAsync(Job(body))).Single();
        Assert.Multiple(() =>
        {
            Assert.That(found.Severity, Is.EqualTo(DiagnosticSeverity.Info));
            Assert.That(found.GetMessage(), Does.Contain($"leaves {left} until"));
        });
    }

    // A minimal stub of the public shape of System.IO.Abstractions.
    [Test]
    public Task The_same_behind_an_abstraction() => Verify.LibraryAsync(
        "namespace System.IO.Abstractions { public interface IFileSystem { IFile File { get; } } public interface IFile { void WriteAllText(string path, string? contents); void Move(string sourceFileName, string destFileName, bool overwrite); } }",
        Job("{|RERUN1008:files.File.WriteAllText(target, text)|}; var beside = target + \"~\"; files.File.WriteAllText(beside, text); files.File.Move(beside, \"other\", true);", "public required System.IO.Abstractions.IFileSystem files { get; init; }"));
}
