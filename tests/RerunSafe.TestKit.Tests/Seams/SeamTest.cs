using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Seams;

/// <summary>A database file for one test, and an independent raw connection to look at what is durable.</summary>
public abstract class SeamTest
{
    protected SqliteSink Sink { get; private set; } = null!;

    [SetUp]
    public async Task Create() => Sink = await SqliteSink.CreateAsync("CREATE TABLE orders (id INTEGER PRIMARY KEY, amount); CREATE TABLE log (line TEXT);");

    [TearDown]
    public async Task Remove() => await Sink.DisposeAsync();

    internal static GatedRun Run(FakeGate gate) => new(gate);

    internal DbConnection Connect(GatedRun run)
    {
        var connection = run.Wrap(Sink.CreateConnection());
        connection.Open();
        return connection;
    }

    /// <summary>The ids in the table, read by a connection that knows nothing of the run and waits for no lock.</summary>
    protected IReadOnlyList<long> Durable()
    {
        using var connection = new SqliteConnection(Sink.ConnectionString) { DefaultTimeout = 1 };
        var ids = connection.Query<long>("SELECT id FROM orders ORDER BY id").ToList();

        // Nobody may hold a lock either.
        connection.Execute("BEGIN EXCLUSIVE; ROLLBACK;");
        return ids;
    }

    internal static int Insert(DbConnection connection, int id, DbTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO orders (id, amount) VALUES ($id, 1)";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "$id";
        parameter.Value = id;
        command.Parameters.Add(parameter);
        return command.ExecuteNonQuery();
    }
}
