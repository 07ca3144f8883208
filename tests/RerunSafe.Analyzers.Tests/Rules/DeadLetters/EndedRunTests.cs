namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 at the catch around a batch program's work: how the program ends is all that its scheduler sees.</summary>
[Parallelizable(ParallelScope.All)]
public class EndedRunTests
{
    private static Task Program(string main, string more = "") => Verify.ProgramAsync($$"""
        public static class Import
        {
            {{main}}

            private static void Run(string path)
            {
                using var db = new SqliteConnection("Data Source=orders.db");
                foreach (var line in File.ReadLines(path))
                    db.Execute("INSERT INTO orders (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", new { id = line });
            }

            private static void Show(string path) => Console.WriteLine(path);
            {{more}}
        }
        """);

    [TestCase("""public static void Main(string[] args) { try { Run(args[0]); } {|RERUN2001:catch (Exception e)|} { Console.WriteLine(e); } Console.WriteLine("finished"); }""")]
    [TestCase("""public static int Main(string[] args) { try { Run(args[0]); } {|RERUN2001:catch (Exception e)|} { Console.Error.WriteLine(e); } return 0; }""")]
    [TestCase("""public static async Task Main(string[] args) { await Task.Yield(); try { Run(args[0]); } {|RERUN2001:catch|} { } }""")]
    public Task It_ends_as_if_all_had_been_done(string main) => Program(main);

    [TestCase("""public static int Main(string[] args) { try { Run(args[0]); return 0; } catch (Exception e) { Console.WriteLine(e); return 1; } }""")]
    [TestCase("""public static void Main(string[] args) { try { Run(args[0]); } catch (Exception e) { Console.WriteLine(e); Environment.ExitCode = 1; } }""")]
    [TestCase("""public static void Main(string[] args) { try { Run(args[0]); } catch (Exception e) { Console.WriteLine(e); Environment.Exit(2); } }""")]
    [TestCase("""public static void Main(string[] args) { try { Run(args[0]); } catch (Exception e) { Console.WriteLine(e); throw; } }""")]
    [TestCase("""public static int Main(string[] args) { var code = 1; try { Run(args[0]); code = 0; } catch (Exception e) { Console.WriteLine(e); } return code; }""")]
    [TestCase("""public static void Main(string[] args) { Run(args[0]); try { Show(args[0]); } catch (Exception e) { Console.WriteLine(e); } }""")]
    [TestCase("""public static void Main(string[] args) { try { Run(args[0]); } catch (FileNotFoundException e) { Console.WriteLine(e); } }""")]
    [TestCase("""public static void Main(string[] args) { try { Run(args[0]); } catch (Exception e) { Console.WriteLine(e); } if (Console.ReadLine() == "again") Run(args[0]); }""")]
    public Task The_failure_shows(string main) => Program(main);
}
