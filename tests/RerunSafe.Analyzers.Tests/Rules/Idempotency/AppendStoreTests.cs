using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using RerunSafe.Analyzers.Tests.Catalog;

namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1002, RERUN1005, RERUN1009 and RERUN1015 on document, table and key-value stores, against the real libraries.</summary>
public class AppendStoreTests
{
    private const string Types = """
        class Order { public ObjectId Id { get; set; } public string Number { get; set; } = ""; }
        class Invoice { [BsonId] public string Number { get; set; } = ""; }
        class Note { [BsonId, BsonRepresentation(BsonType.ObjectId)] public string Key { get; set; } = ""; public string Text { get; set; } = ""; }
        class Item { public string id { get; set; } = ""; public string Number { get; set; } = ""; }
        class Row : ITableEntity { public string PartitionKey { get; set; } = ""; public string RowKey { get; set; } = ""; public DateTimeOffset? Timestamp { get; set; } public ETag ETag { get; set; } }
        class Hit { public string Text { get; set; } = ""; }
        [Table] class Sale { [PrimaryKey, Identity] public int Key { get; set; } public string Number { get; set; } = ""; }
        class Doc { public Guid Id { get; set; } public string Number { get; set; } = ""; }
        """;

    [TestCase("mongo.InsertOne(new Order { Number = number });", "RERUN1002 Warning")]
    [TestCase("await mongo.InsertOneAsync(new Order { Id = ObjectId.GenerateNewId(), Number = number });", "RERUN1005 Warning")]
    [TestCase("await mongo.InsertManyAsync(numbers.Select(n => new Order { Number = n }));", "RERUN1002 Warning")]
    [TestCase("await mongo.BulkWriteAsync(numbers.Select(n => new InsertOneModel<Order>(new Order { Number = n })));", "RERUN1002 Warning")]
    [TestCase("await notes.InsertOneAsync(new Note { Text = number });", "RERUN1002 Warning")]
    [TestCase("await invoices.InsertOneAsync(new Invoice { Number = number });", "RERUN1015 Info")]
    [TestCase("await container.CreateItemAsync(new Item { id = Guid.NewGuid().ToString(), Number = number });", "RERUN1005 Warning")]
    [TestCase("await container.CreateItemAsync(new { id = Guid.NewGuid(), number });", "RERUN1005 Warning")]
    [TestCase("await container.CreateItemAsync(new Item { id = number });", "RERUN1015 Info")]
    [TestCase("await table.AddEntityAsync(new Row { PartitionKey = \"a\", RowKey = Guid.NewGuid().ToString() });", "RERUN1005 Warning")]
    [TestCase("await table.AddEntityAsync(new Row { PartitionKey = number, RowKey = number });", "RERUN1015 Info")]
    [TestCase("await redis.ListRightPushAsync(\"orders\", number);", "RERUN1002 Warning")]
    [TestCase("await redis.StreamAddAsync(\"orders\", \"n\", number);", "RERUN1002 Warning")]
    [TestCase("await linq.InsertAsync(new Sale { Number = number });", "RERUN1002 Warning")]
    [TestCase("await nest.IndexDocumentAsync(new Hit { Text = number });", "RERUN1002 Warning")]
    [TestCase("marten.Store(new Doc { Id = Guid.NewGuid(), Number = number }); await marten.SaveChangesAsync();", "RERUN1005 Warning")]
    [TestCase("marten.Insert(new Doc { Id = Guid.NewGuid(), Number = number }); await marten.SaveChangesAsync();", "RERUN1005 Warning")]
    [TestCase("if (await mongo.Find(o => o.Number == number).AnyAsync()) continue; await mongo.InsertOneAsync(new Order { Number = number });", "")]
    [TestCase("var known = await mongo.Find(o => o.Number == number).FirstOrDefaultAsync(); if (known == null) await mongo.InsertOneAsync(new Order { Number = number });", "")]
    [TestCase("await mongo.DeleteManyAsync(o => o.Number == number); await mongo.InsertOneAsync(new Order { Number = number });", "RERUN1009 Warning")]
    [TestCase("await mongo.ReplaceOneAsync(o => o.Number == number, new Order { Number = number }, new ReplaceOptions { IsUpsert = true });", "")]
    [TestCase("try { await invoices.InsertOneAsync(new Invoice { Number = number }); } catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey) { }", "")]
    [TestCase("try { await invoices.InsertOneAsync(new Invoice { Number = number }); } catch (MongoWriteException e) when (e.WriteError.Code == 11000) { }", "")]
    [TestCase("await container.UpsertItemAsync(new Item { id = number });", "")]
    [TestCase("try { await container.CreateItemAsync(new Item { id = number }); } catch (CosmosException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict) { }", "")]
    [TestCase("await table.UpsertEntityAsync(new Row { PartitionKey = number, RowKey = number });", "")]
    [TestCase("try { await table.AddEntityAsync(new Row { PartitionKey = number, RowKey = number }); } catch (RequestFailedException e) when (e.Status == 409) { }", "")]
    [TestCase("if (!await redis.KeyExistsAsync(number)) await redis.ListRightPushAsync(\"orders\", number);", "")]
    [TestCase("await redis.ListRightPushAsync(\"audit_log\", number);", "")]
    [TestCase("await redis.SetAddAsync(\"orders\", number);", "")]
    [TestCase("marten.Store(new Doc { Id = key, Number = number }); await marten.SaveChangesAsync();", "")]
    [TestCase("await nest.IndexDocumentAsync(new Item { id = number });", "")]
    [TestCase("await linq.InsertOrReplaceAsync(new Sale { Number = number });", "")]
    [TestCase("await dynamo.PutItemAsync(\"orders\", new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>());", "")]
    [TestCase("await s3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { Key = number });", "")]
    public async Task Each_store_by_its_own_rules(string body, string said) => Assert.That(await Said(body), Is.EqualTo(said));

    private static async Task<string> Said(string body)
    {
        var source = $$"""
            using System; using System.Collections.Generic; using System.Linq; using System.Threading.Tasks;
            using Azure; using Azure.Data.Tables; using LinqToDB; using LinqToDB.Mapping; using Microsoft.Azure.Cosmos; using MongoDB.Bson; using MongoDB.Bson.Serialization.Attributes; using MongoDB.Driver; using StackExchange.Redis;
            class Job(IMongoCollection<Order> mongo, IMongoCollection<Invoice> invoices, IMongoCollection<Note> notes, Container container, TableClient table, StackExchange.Redis.IDatabase redis, IDataContext linq,
                Nest.IElasticClient nest, Marten.IDocumentSession marten, Amazon.DynamoDBv2.IAmazonDynamoDB dynamo, Amazon.S3.IAmazonS3 s3) : Quartz.IJob
            {
                public Task Execute(Quartz.IJobExecutionContext context) => Load(new[] { "7" }, Guid.Empty);
                private async Task Load(IEnumerable<string> numbers, Guid key)
                {
                    foreach (var number in numbers) { {{body}} }
                    await Task.CompletedTask;
                }
            }
            {{Types}}
            """;
        var compilation = RealPackages.Compilation.WithOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).AddSyntaxTrees(CSharpSyntaxTree.ParseText(source));
        Assert.That(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()), Is.Empty, "the test's own code");
        var diagnostics = await compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new RerunSafeAnalyzer())).GetAnalyzerDiagnosticsAsync();
        return string.Join(", ", diagnostics.Select(d => d.Id + " " + d.Severity));
    }
}
