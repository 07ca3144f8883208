using System.Data.Common;
using System.Text.Json;
using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Reruns;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Zoo;

/// <summary>A pipeline with one classical mistake, and its twin that does the same without it. The SQL runs on every engine of the zoo.</summary>
/// <param name="Mistake">What is wrong with the bad one.</param>
/// <param name="Bad">The pipeline with the mistake.</param>
/// <param name="Twin">The pipeline without it.</param>
public sealed record Specimen(string Mistake, Func<Habitat, Task> Bad, Func<Habitat, Task> Twin)
{
    /// <summary>The schedule that must catch the bad one; null for the undisturbed runs.</summary>
    public string? CaughtBy { get; init; } = "Twice";

    /// <summary>The oracle that must catch it.</summary>
    public Oracle Oracle { get; init; } = Oracle.Convergence;

    /// <summary>What it must be called; one of these.</summary>
    public Verdict[] Verdicts { get; init; } = [Verdict.Doubled];

    /// <summary>The analyzer rule that the story must lay it to; null where no rule is likely.</summary>
    public string? Rule { get; init; }

    public string[] Tables { get; init; } = ["ledger"];

    public string[] Ignoring { get; init; } = [];

    /// <summary>The table of dead letters, for inputs that hold malformed records.</summary>
    public string? Letters { get; init; }

    public IWorkload Input { get; init; } = Sales.Good(6);

    /// <summary>What the twin must pass.</summary>
    public IReadOnlyList<Schedule> Schedules { get; init; } = Schedule.All;

    public override string ToString() => Mistake;

    /// <summary>The check of one of its pipelines.</summary>
    public RerunCheck Check(IDbSink db, Func<Habitat, Task> pipeline, Func<string, string> spell)
    {
        var tables = db.Tables();
        TableView Table(string name) => tables.Single(t => t.Name == name);
        var check = RerunCheck.Pipeline(run => pipeline(new Habitat(run, db, Input, spell)))
            .Observe([.. Tables.Select(Table).Select(t => t.Columns.Any(Ignoring.Contains) ? t.Ignoring([.. Ignoring.Where(t.Columns.Contains)]) : t)]);
        return Letters is null ? check : check.DeadLetters(Table(Letters), d => d.Payload("payload").Reason("error").Position("source_offset"));
    }
}

/// <summary>Where a specimen lives during one run.</summary>
/// <param name="run">The run.</param>
/// <param name="sink">Its database.</param>
/// <param name="input">Its records.</param>
/// <param name="spell">How the engine spells the SQL of the specimens, where it differs.</param>
public sealed class Habitat(PipelineRun run, IDbSink sink, IWorkload input, Func<string, string> spell)
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    public PipelineRun Run => run;

    public DbConnection Db { get; } = run.Connect(sink);

    public DbConnection AnotherConnection() => run.Connect(sink);

    public IAsyncEnumerable<Delivery> Deliveries => run.Deliveries(input);

    public IAsyncEnumerable<Sale> Sales => Deliveries.Select(Read);

    public Task<int> Do(string sql, object? parameters = null, DbTransaction? transaction = null) => Db.ExecuteAsync(spell(sql), parameters, transaction);

    public Task<long> Count(string sql, object? parameters = null, DbTransaction? transaction = null) => Db.ExecuteScalarAsync<long>(spell(sql), parameters, transaction)!;

    public async Task ForEach(Func<Sale, Task> act)
    {
        await foreach (var sale in Sales)
            await act(sale);
    }

    /// <summary>One transaction for each record.</summary>
    public Task ForEach(Func<Sale, DbTransaction, Task> act) => ForEach(async sale =>
    {
        await using var transaction = await Db.BeginTransactionAsync();
        await act(sale, transaction);
        await transaction.CommitAsync();
    });

    /// <summary>Good records to one place, malformed ones to another.</summary>
    public async Task Divide(Func<Sale, Task> good, Func<Delivery, string, Task> malformed)
    {
        await foreach (var delivery in Deliveries)
        {
            Sale sale;
            try
            {
                sale = Read(delivery);
            }
            catch (JsonException e)
            {
                await malformed(delivery, e.Message);
                continue;
            }

            await good(sale);
        }
    }

    /// <exception cref="JsonException">The record is malformed. The deserializer takes a missing number for 0, which no sale has.</exception>
    public static Sale Read(Delivery delivery)
    {
        var sale = JsonSerializer.Deserialize<Sale>(delivery.Payload.Span, Strict)!;
        return sale.Amount > 0 && sale.Version > 0 ? sale : throw new JsonException("A number is missing.");
    }
}
