using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>The shipped catalogue in the hands of the analyzer, on code against the real libraries.</summary>
public class ShippedCatalogInUseTests
{
    private const string Job = "class Job : Quartz.IJob { public async Task Execute(Quartz.IJobExecutionContext context) { string id = \"7\"; ";

    [TestCase("using var c = new Npgsql.NpgsqlConnection(); await Dapper.SqlMapper.ExecuteAsync(c, \"INSERT INTO orders(id) VALUES (@id)\", new { id });")]
    [TestCase("using var c = new Npgsql.NpgsqlConnection(); await c.ExecuteAsync(new Dapper.CommandDefinition(\"INSERT INTO orders(id) VALUES (@id)\", new { id }));")]
    [TestCase("using var c = new Microsoft.Data.SqlClient.SqlConnection(); using var m = new Microsoft.Data.SqlClient.SqlCommand(\"INSERT INTO orders(id) VALUES (@id)\", c); m.Parameters.AddWithValue(\"@id\", id); m.ExecuteNonQuery();")]
    [TestCase("using var c = new System.Data.SqlClient.SqlConnection(); using var m = new System.Data.SqlClient.SqlCommand(\"INSERT INTO orders(id) OUTPUT inserted.id VALUES (@id)\", c); using var r = m.ExecuteReader();")]
    [TestCase("await using var s = Npgsql.NpgsqlDataSource.Create(\"\"); await using var m = s.CreateCommand(\"INSERT INTO orders(id) VALUES ($1)\"); await m.ExecuteNonQueryAsync();")]
    [TestCase("System.Data.IDbConnection c = new MySqlConnector.MySqlConnection(); using var m = c.CreateCommand(); m.CommandText = \"INSERT INTO orders(id) VALUES (@id)\"; m.ExecuteScalar();")]
    [TestCase("using var c = new Microsoft.Data.Sqlite.SqliteConnection(); using var m = c.CreateCommand(); m.CommandText = \"INSERT INTO orders(id) VALUES ($id)\"; m.ExecuteNonQuery();")]
    [TestCase("using var c = new DuckDB.NET.Data.DuckDBConnection(\"\"); using var m = c.CreateCommand(); m.CommandText = \"INSERT INTO orders(id) VALUES (1)\"; m.ExecuteNonQuery();")]
    [TestCase("Microsoft.EntityFrameworkCore.DbContext d = null!; await d.Database.ExecuteSqlRawAsync(\"INSERT INTO orders(id) VALUES ({0})\", id);")]
    [TestCase("Microsoft.EntityFrameworkCore.DbContext d = null!; d.Database.ExecuteSql($\"INSERT INTO orders(id) VALUES ({id})\");")]
    public async Task An_insert_in_a_job_is_reported(string body) =>
        Assert.That(await Ids(Job + body + " } }"), Does.Contain("RERUN1001"));

    [TestCase("StackExchange.Redis.IDatabase r = null!; await r.StringIncrementAsync(\"total:orders\");")]
    [TestCase("MongoDB.Driver.IMongoCollection<Row> m = null!; await m.UpdateOneAsync(MongoDB.Driver.Builders<Row>.Filter.Empty, MongoDB.Driver.Builders<Row>.Update.Inc(r => r.Total, 1));")]
    [TestCase("using var c = new Npgsql.NpgsqlConnection(); await c.ExecuteAsync(\"UPDATE totals SET amount = amount + @id\", new { id });")]
    [TestCase("IQueryable<Row> rows = null!; await rows.ExecuteUpdateAsync(s => s.SetProperty(r => r.Total, r => r.Total + 1));")]
    public async Task A_relative_write_in_a_job_is_reported(string body) =>
        Assert.That(await Ids(Job + body + " } } class Row { public int Total { get; set; } }"), Does.Contain("RERUN1004"));

    [TestCase("using var c = new Npgsql.NpgsqlConnection(); await c.ExecuteAsync(\"INSERT INTO audit_log(id) VALUES (@id)\", new { id });")]
    [TestCase("using var c = new Npgsql.NpgsqlConnection(); await c.ExecuteAsync(\"INSERT INTO processed_messages(id) VALUES (@id)\", new { id });")]
    [TestCase("using var c = new Npgsql.NpgsqlConnection(); try { await c.ExecuteAsync(\"INSERT INTO orders(id) VALUES (@id)\", new { id }); } catch (Npgsql.PostgresException e) when (e.SqlState == Npgsql.PostgresErrorCodes.UniqueViolation) { }")]
    [TestCase("using var c = new Microsoft.Data.SqlClient.SqlConnection(); try { c.Execute(\"INSERT INTO orders(id) VALUES (@id)\", new { id }); } catch (Microsoft.Data.SqlClient.SqlException e) when (e.Number is 2627 or 2601) { }")]
    [TestCase("Microsoft.EntityFrameworkCore.DbContext d = null!; if (await d.FindAsync<Row>(id) is null) await d.Database.ExecuteSqlAsync($\"INSERT INTO orders(id) VALUES ({id})\");")]
    [TestCase("StackExchange.Redis.IDatabase r = null!; await r.StringIncrementAsync(\"retry_count\");")]
    public async Task What_a_rerun_does_not_repeat_is_silent(string body) =>
        Assert.That(await Ids(Job + body + " } } class Row { public int Total { get; set; } }"), Is.Empty);

    [TestCase("class C : MassTransit.IConsumer<string> { public async Task Consume(MassTransit.ConsumeContext<string> c) { await Save(); } async Task Save() { System.Data.IDbConnection d = null!; await d.ExecuteAsync(\"INSERT INTO orders(id) VALUES (1)\"); } }")]
    [TestCase("class C { public void Plan() => Hangfire.RecurringJob.AddOrUpdate<C>(\"load\", c => c.Load(), \"0 * * * *\"); public void Load() { System.Data.IDbConnection d = null!; d.Execute(\"INSERT INTO orders(id) VALUES (1)\"); } }")]
    [TestCase("class C { public void Go([Microsoft.Azure.WebJobs.TimerTrigger(\"0 * * * *\")] string t) { System.Data.IDbConnection d = null!; d.Execute(\"INSERT INTO orders(id) VALUES (1)\"); } }")]
    [TestCase("class C { System.Threading.Timer t; public C() { t = new System.Threading.Timer(_ => { System.Data.IDbConnection d = null!; d.Execute(\"INSERT INTO orders(id) VALUES (1)\"); }); } }")]
    [TestCase("class C { public C(RabbitMQ.Client.Events.AsyncEventingBasicConsumer c) { c.ReceivedAsync += async (s, e) => { System.Data.IDbConnection d = null!; await d.ExecuteAsync(\"INSERT INTO orders(id) VALUES (1)\"); }; } }")]
    [TestCase("class C { [RerunSafe.RerunPath] public void Go() { System.Data.IDbConnection d = null!; d.Execute(\"INSERT INTO orders(id) VALUES (1)\"); } }")]
    public async Task Entry_points_of_the_frameworks_are_known(string source) =>
        Assert.That(await Ids(source), Does.Contain("RERUN1001"));

    [Test]
    public async Task A_batch_program_with_a_record_loop_is_a_rerun_path_and_a_server_is_none()
    {
        const string loop = "System.Data.IDbConnection d = null!; foreach (var line in System.IO.File.ReadLines(\"orders.csv\")) d.Execute(\"INSERT INTO orders(id) VALUES (@line)\", new { line });";
        Assert.That(await Ids(loop, OutputKind.ConsoleApplication), Does.Contain("RERUN1001"));
        Assert.That(await Ids("var app = Microsoft.AspNetCore.Builder.WebApplication.Create(); " + loop, OutputKind.ConsoleApplication), Is.Empty);
    }

    private static async Task<IReadOnlyList<string>> Ids(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var tree = CSharpSyntaxTree.ParseText("using System; using System.Linq; using System.Threading.Tasks; using Dapper; using Microsoft.EntityFrameworkCore; using StackExchange.Redis; using MongoDB.Driver;\n" + source);
        var compilation = RealPackages.Compilation.WithOptions(new CSharpCompilationOptions(kind)).AddSyntaxTrees(tree);
        var errors = compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString());
        Assert.That(errors, Is.Empty, "the test's own code");
        var diagnostics = await compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new RerunSafeAnalyzer())).GetAnalyzerDiagnosticsAsync();
        return diagnostics.Select(d => d.Id).ToList();
    }
}
