using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>Names of real tables, columns, members and paths, and what the shipped patterns say of them.</summary>
public class ShippedNamesTests
{
    private static readonly NameCatalog Names = new(ShippedCatalog.Data.Names);

    [TestCase("audit_log", "log-table")]
    [TestCase("AuditLogs", "log-table")]
    [TestCase("JobRunHistory", "log-table")]
    [TestCase("__EFMigrationsHistory", "log-table")]
    [TestCase("event_log", "log-table")]
    [TestCase("inbox", "guard-table")]
    [TestCase("OutboxMessages", "guard-table")]
    [TestCase("processed_messages", "guard-table")]
    [TestCase("IdempotencyKeys", "guard-table")]
    [TestCase("ProcessedFile", "guard-table")]
    [TestCase("dead_letters", "dead-letter")]
    [TestCase("DeadLetterQueue", "dead-letter")]
    [TestCase("deadletters", "dead-letter")]
    [TestCase("orders_rejected", "dead-letter")]
    [TestCase("quarantine", "dead-letter")]
    [TestCase("import_errors", "dead-letter")]
    [TestCase("stg_orders", "staging-table")]
    [TestCase("orders_staging", "staging-table")]
    [TestCase("TmpOrders", "staging-table")]
    [TestCase("attempts", "attempt-counter")]
    [TestCase("RetryCount", "attempt-counter")]
    [TestCase("retries", "attempt-counter")]
    [TestCase("delivery_count", "attempt-counter")]
    [TestCase("created_at", "audit-time")]
    [TestCase("LoadedAt", "audit-time")]
    [TestCase("last_modified", "audit-time")]
    [TestCase("ModifiedDate", "audit-time")]
    [TestCase("expires_at", "due-time")]
    [TestCase("NextRetryAt", "due-time")]
    [TestCase("locked_until", "due-time")]
    [TestCase("run_date", "slice")]
    [TestCase("BeginTransactionAsync", "transaction-member")]
    [TestCase("RunInTransaction", "transaction-member")]
    [TestCase("UnitOfWorkAttribute", "transaction-member")]
    [TestCase("sync_state", "checkpoint")]
    [TestCase("LastSyncedAt", "checkpoint")]
    [TestCase("UpdateWatermark", "checkpoint")]
    [TestCase("last_processed_id", "checkpoint")]
    [TestCase("day", "slice")]
    [TestCase("PartitionKey", "slice")]
    [TestCase("row_version", "version")]
    [TestCase("ETag", "version")]
    [TestCase("status", "status")]
    [TestCase("IsProcessed", "status")]
    [TestCase("processed_at", "status")]
    [TestCase("errors", "failure-record")]
    [TestCase("AddError", "failure-record")]
    [TestCase("FailedCount", "failure-record")]
    [TestCase("MarkAsFailed", "failure-record")]
    [TestCase("tempPath", "temporary-path")]
    [TestCase("report.csv.tmp", "temporary-path")]
    [TestCase("ExistsAsync", "look-up")]
    [TestCase("IsAlreadyImported", "look-up")]
    [TestCase("GetByKeyAsync", "look-up")]
    [TestCase("IsDuplicateKey", "unique-violation")]
    [TestCase("IsUniqueConstraintViolation", "unique-violation")]
    [TestCase("log.txt", "log-path")]
    [TestCase("logFile", "log-path")]
    public void Says_what_the_name_says(string name, string meaning)
    {
        Assert.That(CatalogWords.TryParse<NameMeaning>(meaning, out var value));
        Assert.That(Names.Is(name, value), name);
    }

    // Tables and members of business data whose names come near.
    [TestCase("orders_history", "log-table")]
    [TestCase("price_history", "log-table")]
    [TestCase("catalog", "log-table")]
    [TestCase("blog_posts", "log-table")]
    [TestCase("logins", "log-table")]
    [TestCase("orders", "guard-table")]
    [TestCase("payments", "guard-table")]
    [TestCase("messages", "guard-table")]
    [TestCase("processed_orders", "guard-table")]
    [TestCase("import_declarations", "staging-table")]
    [TestCase("import_batches", "staging-table")]
    [TestCase("temperatures", "staging-table")]
    [TestCase("deal_stages", "staging-table")]
    [TestCase("quantity", "attempt-counter")]
    [TestCase("visits", "attempt-counter")]
    [TestCase("balance", "attempt-counter")]
    [TestCase("conversion", "version")]
    [TestCase("amount", "status")]
    [TestCase("statement", "status")]
    [TestCase("LogError", "failure-record")]
    [TestCase("order_errors_total", "dead-letter")]
    [TestCase("template", "temporary-path")]
    [TestCase("GetAll", "look-up")]
    [TestCase("Save", "look-up")]
    [TestCase("catalogFile", "log-path")]
    [TestCase("dialog", "log-path")]
    public void Says_nothing_of_a_name_that_only_comes_near(string name, string meaning)
    {
        Assert.That(CatalogWords.TryParse<NameMeaning>(meaning, out var value));
        Assert.That(Names.Is(name, value), Is.False, name);
    }
}
