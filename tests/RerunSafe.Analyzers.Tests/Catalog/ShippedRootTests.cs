using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>The catalogue asked by the symbols of code against the real libraries.</summary>
public class ShippedRootTests
{
    private static readonly ApiCatalog Catalog = CatalogProvider.For([], default);

    [TestCase("class C : Microsoft.Extensions.Hosting.BackgroundService { protected override System.Threading.Tasks.Task ExecuteAsync(System.Threading.CancellationToken t) => null; }", "ExecuteAsync", "stops")]
    [TestCase("class C : Quartz.IJob { public System.Threading.Tasks.Task Execute(Quartz.IJobExecutionContext c) => null; }", "Execute", "next-trigger")]
    [TestCase("class C : MassTransit.IConsumer<string> { public System.Threading.Tasks.Task Consume(MassTransit.ConsumeContext<string> c) => null; }", "Consume", "dead-lettered")]
    [TestCase("class C : Rebus.Handlers.IHandleMessages<string> { public System.Threading.Tasks.Task Handle(string m) => null; }", "Handle", "dead-lettered")]
    [TestCase("class C { public void Go(Hangfire.Server.PerformContext c) { } }", "Go", "retried-then-failed")]
    [TestCase("class C { [Hangfire.AutomaticRetry] public void Go() { } }", "Go", "retried-then-failed")]
    [TestCase("class C { public void Go([Microsoft.Azure.WebJobs.QueueTrigger(\"q\")] string m) { } }", "Go", "dead-lettered")]
    [TestCase("class C { public void Go([Microsoft.Azure.Functions.Worker.TimerTrigger(\"0 * * * *\")] string m) { } }", "Go", "next-trigger")]
    [TestCase("class C { [RerunSafe.RerunPath] public void Go() { } }", "Go", "unknown")]
    [TestCase("[RerunSafe.RerunPath] class C { public void Go() { } }", "Go", "unknown")]
    [TestCase("class C : WorkflowCore.Models.StepBodyAsync { public override System.Threading.Tasks.Task<WorkflowCore.Models.ExecutionResult> RunAsync(WorkflowCore.Interface.IStepExecutionContext c) => null; }", "RunAsync", "redelivered")]
    [TestCase("class C : Orleans.IRemindable { public System.Threading.Tasks.Task ReceiveReminder(string n, Orleans.Runtime.TickStatus s) => null; }", "ReceiveReminder", "next-trigger")]
    [TestCase("class C : Dapr.Actors.Runtime.IRemindable { public System.Threading.Tasks.Task ReceiveReminderAsync(string n, byte[] s, System.TimeSpan d, System.TimeSpan p) => null; }", "ReceiveReminderAsync", "next-trigger")]
    [TestCase("class C : Hangfire.Server.IBackgroundProcess { public void Execute(Hangfire.Server.BackgroundProcessContext c) { } }", "Execute", "next-trigger")]
    [TestCase("class NightlyJob { public void Run() { } }", "Run", "unknown")]
    public void Knows_an_entry_point(string source, string method, string onThrow)
    {
        var root = Catalog.FindRoot(Method(source, method));
        Assert.That(CatalogWords.TryParse<Outcome>(onThrow, out var outcome));
        Assert.That(root?.OnThrow, Is.EqualTo(outcome));
    }

    [TestCase("class C { public void Execute() { } }", "Execute")]
    [TestCase("class C { public void Go([Microsoft.AspNetCore.Mvc.FromBody] string m) { } }", "Go")]
    [TestCase("interface IMyJob : Quartz.IJob { }", "")]
    public void Knows_what_is_none(string source, string method)
    {
        foreach (var candidate in Methods(source).Where(m => m.Name == method))
            Assert.That(Catalog.FindRoot(candidate), Is.Null);
        Assert.That(method.Length == 0 || Methods(source).Any(m => m.Name == method));
    }

    [Test]
    public void Annotations_need_no_compilation_symbol_in_source()
    {
        const string source = """
            interface IStore { [RerunSafe.Idempotent] void Put(string row); void Add(string row); }
            class Store : IStore { public void Put(string row) { } public void Add(string row) { } [RerunSafe.DeadLetter] public void Park(string row) { } }
            [RerunSafe.AtMostOnce("samples only")] class Metrics { public void Send() { } }
            """;
        Assert.Multiple(() =>
        {
            Assert.That(Annotations.IsIdempotent(Method(source, "Put", "Store")));
            Assert.That(Annotations.IsIdempotent(Method(source, "Add", "Store")), Is.False);
            Assert.That(Annotations.IsDeadLetter(Method(source, "Park")));
            Assert.That(Annotations.IsAtMostOnce(Method(source, "Send")));
            Assert.That(Annotations.IsIdempotent(Method(source, "Send")), Is.False);
        });
    }

    private static IMethodSymbol Method(string source, string name, string type = "") =>
        Methods(source).First(m => m.Name == name && (type.Length == 0 || m.ContainingType.Name == type));

    private static IEnumerable<IMethodSymbol> Methods(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(source);
        var compilation = RealPackages.Compilation.AddSyntaxTrees(tree);
        return compilation.Assembly.GlobalNamespace.GetTypeMembers().SelectMany(t => t.GetMembers()).OfType<IMethodSymbol>();
    }
}
