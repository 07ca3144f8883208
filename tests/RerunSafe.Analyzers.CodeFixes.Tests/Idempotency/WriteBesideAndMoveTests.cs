using System.Reflection;

namespace RerunSafe.Analyzers.CodeFixes.Tests.Idempotency;

[Parallelizable(ParallelScope.All)]
public class WriteBesideAndMoveTests
{
    private static string Job(string body, string members = "") => $$"""
        public class ReportJob(string folder) : BackgroundService
        {
            private readonly string _target = folder + "/b.json";

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var target = folder + "/a.json";
                var full = true;
                {{body}}
                GC.KeepAlive((target, full, _target));
                await Task.CompletedTask;
            }
            {{members}}
        }
        """;

    private const string Move = "File.Move(target + \".tmp\", target, overwrite: true);";

    [TestCase("File.WriteAllText(target, \"x\")")]
    [TestCase("File.WriteAllLines(target, [\"x\"])")]
    [TestCase("File.WriteAllBytes(target, [1])")]
    [TestCase("await File.WriteAllTextAsync(target, \"x\", stoppingToken)")]
    [TestCase("await File.WriteAllTextAsync(target, \"x\").ConfigureAwait(false)")]
    public Task Beside_and_moved(string write)
    {
        var call = write.Replace("await ", "").Replace(".ConfigureAwait(false)", "");
        return VerifyFix.MovesAsync(
            Job(write.Replace(call, "{|RERUN1008:" + call + "|}") + ";"),
            Job(write.Replace("(target,", "(target + \".tmp\",") + ";\n        " + Move));
    }

    [Test]
    public Task Paths_of_names_and_literals() => VerifyFix.MovesAsync(
        Job("""
            {|RERUN1008:File.WriteAllText("out/a.json", "x")|};
                    {|RERUN1008:File.WriteAllText(this._target, "x")|};
                    {|RERUN1008:File.WriteAllText($"{folder}/c.json", "x")|};
                    {|RERUN1008:System.IO.File.WriteAllText(Path.Combine(folder, "d.json"), "x")|};
                    {|RERUN1008:File.WriteAllText(contents: "x", path: target)|};
            """),
        Job("""
            File.WriteAllText("out/a.json" + ".tmp", "x");
                    File.Move("out/a.json" + ".tmp", "out/a.json", overwrite: true);
                    File.WriteAllText(this._target + ".tmp", "x");
                    File.Move(this._target + ".tmp", this._target, overwrite: true);
                    File.WriteAllText($"{folder}/c.json" + ".tmp", "x");
                    File.Move($"{folder}/c.json" + ".tmp", $"{folder}/c.json", overwrite: true);
                    System.IO.File.WriteAllText(Path.Combine(folder, "d.json") + ".tmp", "x");
                    System.IO.File.Move(Path.Combine(folder, "d.json") + ".tmp", Path.Combine(folder, "d.json"), overwrite: true);
                    File.WriteAllText(contents: "x", path: target + ".tmp");
                    File.Move(target + ".tmp", target, overwrite: true);
            """));

    [Test]
    public Task A_statement_without_a_block_gets_one() => VerifyFix.MovesAsync(
        Job("if (full) {|RERUN1008:File.WriteAllText(target, \"x\")|}; else full = false;"),
        Job("if (full) { File.WriteAllText(target + \".tmp\", \"x\"); " + Move + " } else full = false;"));

    [Test]
    public Task One_write_inside_the_arguments_of_another() => VerifyFix.MovesAsync(
        Job("""
            {|RERUN1008:File.WriteAllText(target, new Func<string>(() =>
                    {
                        {|RERUN1008:File.WriteAllText(_target, "y")|};
                        return "x";
                    })())|};
            """),
        Job("""
            File.WriteAllText(target + ".tmp", new Func<string>(() =>
                    {
                        File.WriteAllText(_target + ".tmp", "y");
                        File.Move(_target + ".tmp", _target, overwrite: true);
                        return "x";
                    })());
                    File.Move(target + ".tmp", target, overwrite: true);
            """));

    [TestCase("{|RERUN1008:File.WriteAllText(Name(), \"x\")|};")]
    [TestCase("{|RERUN1008:File.WriteAllText(full ? target : _target, \"x\")|};")]
    [TestCase("var task = {|RERUN1008:File.WriteAllTextAsync(target, \"x\")|}; await task;")]
    [TestCase("using var stream = {|RERUN1008:File.Create(target)|};")]
    public Task Nothing_is_offered_where_it_would_be_a_guess(string body) => VerifyFix.MovesNothingAsync(Job(body, "string Name() => folder + \"/n.json\";"));

    [Test]
    public async Task The_fixed_code_leaves_the_new_content_and_no_temporary_file()
    {
        var folder = Directory.CreateTempSubdirectory("rerunsafe-");
        try
        {
            var fixedSource = await VerifyFix.MovedAsync(Job("File.WriteAllText(target, \"new\"); if (full) File.WriteAllText(_target, \"new\");"));
            Assert.That(fixedSource, Does.Contain(".Move("));
            var job = VerifyFix.Load(fixedSource).GetType("ReportJob")!;
            File.WriteAllText(Path.Combine(folder.FullName, "a.json"), "old and longer");
            for (var run = 0; run < 2; run++)
            {
                var task = (Task)job.GetMethod("ExecuteAsync", BindingFlags.Instance | BindingFlags.NonPublic)!
                    .Invoke(Activator.CreateInstance(job, folder.FullName), [CancellationToken.None])!;
                await task;
            }

            Assert.That(folder.GetFiles().Select(f => (f.Name, File.ReadAllText(f.FullName))), Is.EquivalentTo(new[] { ("a.json", "new"), ("b.json", "new") }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
