namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Programs and commands that work through what they fetched, without a loop over a known source of records.</summary>
[Parallelizable(ParallelScope.All)]
public class BatchProgramTests
{
    private const string Insert = "db.Execute(\"{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)\", new { id });";
    private const string Silent = "db.Execute(\"INSERT INTO orders (id) VALUES (@id)\", new { id });";
    private const string Api = """

        public interface IOrderApi { Task<List<int>> GetOpenAsync(); List<int> Defaults(); }
        """;

    private static string Program(string body) => $$"""
        public static class Program
        {
            public static async Task Main(string[] args)
            {
                IOrderApi api = null!;
                using var db = new SqliteConnection("");
                {{body}}
                await Task.CompletedTask;
            }

            private static List<int> GetNumbers() => new() { 1, 2, 3 };

            private static List<int> LoadNumbers() => File.ReadAllLines("a.txt").Select(int.Parse).ToList();
        }
        """ + Api;

    [TestCase("foreach (var id in await api.GetOpenAsync()) { INSERT }")]
    [TestCase("var open = await api.GetOpenAsync(); foreach (var id in open.Where(o => o > 0)) { INSERT }")]
    [TestCase("var open = await api.GetOpenAsync(); for (var i = 0; i < open.Count; i++) { var id = open[i]; INSERT }")]
    [TestCase("foreach (var id in LoadNumbers()) { INSERT }")]
    [TestCase("foreach (var id in await api.GetOpenAsync()) { INSERT } Console.ReadKey();")]
    public Task A_program_that_writes_what_it_fetched_is_a_batch(string body) => Verify.ProgramAsync(Program(body.Replace("INSERT", Insert)));

    [TestCase("foreach (var id in GetNumbers()) { INSERT }")]
    [TestCase("foreach (var id in api.Defaults()) { INSERT }")]
    [TestCase("foreach (var other in await api.GetOpenAsync()) Console.WriteLine(other); var id = 1; INSERT")]
    [TestCase("var choice = Console.ReadLine(); foreach (var id in await api.GetOpenAsync()) { INSERT }")]
    public Task A_program_that_only_repeats_something_is_none(string body) => Verify.ProgramAsync(Program(body.Replace("INSERT", Silent)));

    // The program answers requests beside its import: they come from outside, and are not made again with its start.
    private static string Server(string parameter, string insert) => $$"""
        public static class Program
        {
            public static void Main(string[] args)
            {
                using var db = new SqliteConnection("");
                var listener = new System.Net.HttpListener();
                foreach (var line in File.ReadLines("orders.csv"))
                    Console.WriteLine(line);
                listener.Start();
                while (listener.IsListening)
                    Answer(db, {{(parameter.Contains("Context", StringComparison.Ordinal) ? "listener.GetContext()" : "listener.Prefixes")}});
            }

            private static void Answer(SqliteConnection db, {{parameter}} asked)
            {
                var id = asked.ToString();
                {{insert}}
            }
        }
        """;

    [Test]
    public Task What_answers_a_request_is_not_run_again_with_its_server() => Verify.ProgramAsync(Server("System.Net.HttpListenerContext", Silent));

    [Test]
    public Task What_the_start_of_a_server_writes_itself_is() => Verify.ProgramAsync(Server("System.Net.HttpListenerPrefixCollection", Insert));

    private static string Command(string method, string body) => $$"""
        public class ImportOrders(SqliteConnection db, IOrderApi api)
        {
            public async Task<int> {{method}}(CancellationToken token)
            {
                {{body}}
                return await Task.FromResult(0);
            }
        }
        """ + Api;

    [Test]
    public Task A_command_that_works_through_records() => Verify.LibraryAsync(Command("OnExecuteAsync", $"foreach (var id in await api.GetOpenAsync()) {{ {Insert} }}"));

    [Test]
    public Task A_command_that_adds_one_thing_is_no_batch() => Verify.LibraryAsync(Command("OnExecuteAsync", $"var id = 1; {Silent}"));

    [Test]
    public Task A_method_of_another_name_is_no_command() => Verify.LibraryAsync(Command("ImportAsync", $"foreach (var id in await api.GetOpenAsync()) {{ {Silent} }}"));

    [Test]
    public Task A_command_whose_base_class_calls_it() => Verify.LibraryAsync($$"""
        public abstract class Command
        {
            public Task<int> OnExecuteAsync(CancellationToken token) => RunAsync(token);

            protected abstract Task<int> RunAsync(CancellationToken token);
        }

        public class ImportOrders(SqliteConnection db) : Command
        {
            protected override Task<int> RunAsync(CancellationToken token)
            {
                foreach (var id in File.ReadLines("a.csv"))
                {
                    {{Insert}}
                }

                return Task.FromResult(0);
            }
        }
        """);

    [Test]
    public Task The_first_insert_of_a_branch_closes_it_to_the_second_run() => Verify.LibraryAsync("""
        public class Job(SqliteConnection db) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var id = 1;
                if (db.ExecuteScalar<int>("SELECT COUNT(*) FROM trades WHERE id = @id", new { id }) == 0)
                {
                    db.Execute("INSERT INTO trades (id) VALUES (@id)", new { id });
                    db.Execute("INSERT INTO outgoing (trade_id) VALUES (@id)", new { id });
                }

                return Task.CompletedTask;
            }
        }
        """);

    [Test]
    public Task The_other_way_round_it_does_not() => Verify.LibraryAsync("""
        public class Job(SqliteConnection db) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var id = 1;
                if (db.ExecuteScalar<int>("SELECT COUNT(*) FROM trades WHERE id = @id", new { id }) == 0)
                {
                    db.Execute("{|RERUN1001:INSERT INTO outgoing|} (trade_id) VALUES (@id)", new { id });
                    db.Execute("INSERT INTO trades (id) VALUES (@id)", new { id });
                }

                return Task.CompletedTask;
            }
        }
        """);

    private const string CommandLine = "namespace System.CommandLine { public class ParseResult { } public class Command { public void SetAction(Func<ParseResult, Task> action) { } } }";

    private static string Commands(string import, string add) => $$"""
        using System.CommandLine;

        using var db = new SqliteConnection("Data Source=shop.db");
        _ = new[] { Commands.Import(db), Commands.Add(db) };

        public static class Commands
        {
            public static Command Import(SqliteConnection db)
            {
                var command = new Command();
                command.SetAction(async _ =>
                {
                    foreach (var id in File.ReadLines("a.csv"))
                        await db.ExecuteAsync("{{import}} (id) VALUES (@id)", new { id });
                });
                return command;
            }

            public static Command Add(SqliteConnection db)
            {
                var command = new Command();
                command.SetAction(async _ => await db.ExecuteAsync("{{add}} (id) VALUES (@id)", new { id = Environment.MachineName }));
                return command;
            }
        }
        """;

    [Test]
    public Task Of_several_commands_only_those_that_work_through_records_are_batches() => Verify.ProgramAsync(
        Commands("{|RERUN1001:INSERT INTO orders|}", "INSERT INTO machines"), CommandLine);
}
