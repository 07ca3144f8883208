namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>Small jobs around the lines that a test is about.</summary>
internal static class Jobs
{
    /// <summary>A hosted service that reads a file line by line: <c>line</c>, <c>id</c> and <c>amount</c> come from the input.</summary>
    public static string PerLine(string body, string members = "", string types = "", string before = "", string after = "") => $$"""
        {{Usings(types)}}
        public class ImportJob(SqliteConnection db, ILogger<ImportJob> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{before}}
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    var id = line.Split(',')[0];
                    var amount = decimal.Parse(line.Split(',')[1]);
                    {{body}}
                }
                {{after}}
                logger.LogInformation("done");
                await Task.CompletedTask;
            }

            {{members}}
        }

        {{types}}
        """;

    /// <summary>A hosted service whose whole work is the given body.</summary>
    public static string Once(string body, string members = "", string types = "", string parameters = "SqliteConnection db") => $$"""
        {{Usings(types)}}
        public class ImportJob({{parameters}}) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                await Task.CompletedTask;
            }

            {{members}}
        }

        {{types}}
        """;

    private static string Usings(string types) =>
        types.Contains("DbContext", StringComparison.Ordinal) ? "using Microsoft.EntityFrameworkCore;" : "";
}
