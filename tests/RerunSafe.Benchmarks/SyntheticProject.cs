using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RerunSafe.Benchmarks;

/// <summary>Compilations of a chosen size in which every class holds one leak, or none.</summary>
internal static class SyntheticProject
{
    private const string Usings = """
        global using System;
        global using System.IO;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Dapper;
        global using Microsoft.Data.Sqlite;
        global using Microsoft.Extensions.Hosting;
        """;

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("RerunSafe", StringComparison.Ordinal))
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToArray());

    /// <summary>A hosted service per class whose store, in the same file, repeats an INSERT.</summary>
    public static CSharpCompilation WithLeaks(int classes) => Create(Enumerable.Range(0, classes).Select(i => $$"""
        namespace Synthetic;

        public class ImportJob{{i}}(OrderStore{{i}} store) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders{{i}}.csv"))
                {
                    if (line.Length > 0)
                        await store.SaveAsync(line);
                }
            }
        }

        public class OrderStore{{i}}(SqliteConnection db)
        {
            public async Task SaveAsync(string line)
            {
                var fields = line.Split(',');
                var total = decimal.Parse(fields[1]);
                await db.ExecuteAsync("INSERT INTO orders{{i}} (id, total) VALUES (@id, @total)", new { id = fields[0], total });
            }
        }
        """));

    /// <summary>Ordinary classes with catches, clocks and files, but no entry point: nothing can be reported.</summary>
    public static CSharpCompilation WithNothingToFind(int classes) => Create(Enumerable.Range(0, classes).Select(i => $$"""
        namespace Synthetic;

        public class Settings{{i}}
        {
            private readonly DateTime _loaded = DateTime.UtcNow;

            public string Load(string path)
            {
                try
                {
                    return File.ReadAllText(path) + _loaded.ToString("O");
                }
                catch (IOException e)
                {
                    Console.Error.WriteLine(e.Message);
                    return "";
                }
            }
        }
        """));

    /// <summary>A hosted service whose one method, as a generator writes it, has very many statements on its way to an INSERT.</summary>
    public static CSharpCompilation WithLongMethod(int lines)
    {
        var body = new StringBuilder();
        for (var i = 0; i < lines; i++)
            body.Append(CultureInfo.InvariantCulture, $"        if (fields.Length > {i}) totals[{i}] = decimal.Parse(fields[{i}]);\n");
        return Create([$$"""
            namespace Synthetic;

            public class GeneratedImport(SqliteConnection db) : BackgroundService
            {
                protected override async Task ExecuteAsync(CancellationToken stoppingToken)
                {
                    foreach (var line in File.ReadLines("orders.csv"))
                        await SaveAsync(line);
                }

                private async Task SaveAsync(string line)
                {
                    var fields = line.Split(',');
                    var totals = new decimal[{{lines}}];
            {{body}}
                    await db.ExecuteAsync("INSERT INTO orders (id, total) VALUES (@id, @total)", new { id = fields[0], total = totals[0] });
                }
            }
            """]);
    }

    /// <summary>An interface with very many implementations, all called by one hosted service; each repeats an INSERT.</summary>
    public static CSharpCompilation WithImplementations(int count) => Create(Enumerable.Range(0, count).Select(i => $$"""
        namespace Synthetic;

        public class Handler{{i}}(SqliteConnection db) : IHandler
        {
            public virtual async Task HandleAsync(string line)
            {
                await db.ExecuteAsync("INSERT INTO orders{{i}} (id) VALUES (@id)", new { id = line });
            }
        }
        """).Prepend("""
        namespace Synthetic;

        public interface IHandler
        {
            Task HandleAsync(string line);
        }

        public class HandleJob(System.Collections.Generic.IEnumerable<IHandler> handlers) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    foreach (var handler in handlers)
                        await handler.HandleAsync(line);
                }
            }
        }
        """));

    /// <summary>No source at all but the global usings.</summary>
    public static CSharpCompilation Empty() => Create([]);

    private static CSharpCompilation Create(IEnumerable<string> files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var trees = files.Prepend(Usings).Select((text, i) => CSharpSyntaxTree.ParseText(text, options, $"/File{i}.cs"));
        return CSharpCompilation.Create("Synthetic", trees, References.Value, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }
}
