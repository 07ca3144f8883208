using RerunSafe.Analyzers.CodeFixes.DeadLetters;

namespace RerunSafe.Analyzers.CodeFixes.Tests.DeadLetters;

[Parallelizable(ParallelScope.All)]
public class AwaitDeadLetterTests
{
    private static string Job(string body, string modifiers = "async ") => $$"""
        public interface IDeadLetters { Task SendAsync(string payload, string reason); }

        public class Importer(IDeadLetters deadLetters)
        {
            public {{modifiers}}Task ImportAsync(string line)
            {
                {{body}}
                {{(modifiers.Length > 0 ? "await Task.Yield();" : "return Task.CompletedTask;")}}
            }
        }
        """;

    [TestCase("_ = {|RERUN2008:deadLetters.SendAsync(line, \"bad\")|};", "await deadLetters.SendAsync(line, \"bad\");")]
    [TestCase("if (line.Length == 0)\n            _ = {|RERUN2008:deadLetters.SendAsync(line, \"bad\")|}; // empty", "if (line.Length == 0)\n            await deadLetters.SendAsync(line, \"bad\"); // empty")]
    [TestCase("// kept\n        _ = {|RERUN2008:deadLetters.SendAsync(line, \"a\")|};\n        _ = {|RERUN2008:deadLetters.SendAsync(line, \"b\")|};", "// kept\n        await deadLetters.SendAsync(line, \"a\");\n        await deadLetters.SendAsync(line, \"b\");")]
    public Task A_dropped_task_is_awaited(string body, string changed) => VerifyFix.ChangesAsync<AwaitDeadLetter>(Job(body), Job(changed));

    [Test]
    public Task A_call_that_is_a_statement_of_its_own() => VerifyFix.ChangesAsync<AwaitDeadLetter>(
        Job("#pragma warning disable CS4014\n        {|RERUN2008:deadLetters.SendAsync(line, \"bad\")|};"), Job("#pragma warning disable CS4014\n        await deadLetters.SendAsync(line, \"bad\");"));

    [TestCase("_ = Task.Run(() => {|RERUN2008:deadLetters.SendAsync(line, \"bad\")|});")]
    [TestCase("_ = {|RERUN2008:deadLetters.SendAsync(line, \"bad\")|}.ContinueWith(t => { });")]
    [TestCase("lock (deadLetters) { _ = {|RERUN2008:deadLetters.SendAsync(line, \"bad\")|}; }")]
    public Task Where_the_statement_cannot_await_it(string body) => VerifyFix.OffersNothingAsync<AwaitDeadLetter>(Job(body));

    [Test]
    public Task Where_the_function_is_not_asynchronous() => VerifyFix.OffersNothingAsync<AwaitDeadLetter>(Job("_ = {|RERUN2008:deadLetters.SendAsync(line, \"bad\")|};", modifiers: ""));
}
