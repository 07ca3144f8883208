using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

public class SqlSchemaTests
{
    [Test]
    public void Keys_are_collected_from_columns_constraints_indexes_and_alterations()
    {
        var table = Schema(
            "CREATE UNIQUE INDEX ix ON dbo.Orders (tenant, lower(code));",
            "CREATE TABLE [dbo].[Orders] (id int IDENTITY(1,1) NOT NULL, email nvarchar(100) UNIQUE, tenant int, code text, amount decimal(10, 2) CHECK (amount > 0), CONSTRAINT pk PRIMARY KEY CLUSTERED (id ASC), FOREIGN KEY (tenant) REFERENCES t (id));",
            "ALTER TABLE orders ADD CONSTRAINT uq UNIQUE (code, amount);",
            "CREATE UNIQUE INDEX part ON orders (amount) WHERE code IS NULL;",
            "CREATE INDEX plain ON orders (amount);").Find("ORDERS")!;
        Assert.That(table.Columns, Is.EqualTo(new[] { "id", "email", "tenant", "code", "amount" }));
        Assert.That(table.GeneratedColumns, Is.EqualTo(new[] { "id" }));
        Assert.That(table.UniqueKeys.Select(k => string.Join(",", k)), Is.EquivalentTo(new[] { "tenant,lower(code)", "email", "id", "code,amount" }));
    }

    [TestCase("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL)", "id,key", "id", "id")]
    [TestCase("CREATE TABLE IF NOT EXISTS t (id bigserial, a int, primary key (id, a))", "id,a", "id,a", "id")]
    [TestCase("CREATE TABLE t (id uuid DEFAULT gen_random_uuid() PRIMARY KEY)", "id", "id", "id")]
    [TestCase("CREATE TABLE `t` (`id` int NOT NULL AUTO_INCREMENT, `a` varchar(9), PRIMARY KEY (`id`), UNIQUE KEY `ua` (`a`), KEY `ka` (`a`)) ENGINE=InnoDB", "id,a", "id;a", "id")]
    [TestCase("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, key varchar(20) PRIMARY KEY)", "id,key", "key", "id")]
    public void A_table_shows_its_columns_keys_and_generated_columns(string text, string columns, string keys, string generated)
    {
        var table = Schema(text).Find("t")!;
        Assert.That(string.Join(",", table.Columns), Is.EqualTo(columns));
        Assert.That(string.Join(";", table.UniqueKeys.Select(k => string.Join(",", k))), Is.EqualTo(keys));
        Assert.That(string.Join(",", table.GeneratedColumns), Is.EqualTo(generated));
    }

    [Test]
    public void Adding_leaves_the_schema_it_was_added_to_as_it_was()
    {
        var schema = SqlSchema.Empty;
        _ = schema.Add(SqlScript.Read(new SqlText("CREATE TABLE t (id int)")));
        Assert.That(schema.Find("t"), Is.Null);
    }

    [Test]
    public void Temporary_tables_are_no_part_of_the_schema() => Assert.That(Schema("CREATE TEMP TABLE t (id int PRIMARY KEY)").Find("t"), Is.Null);

    private static SqlSchema Schema(params string[] texts) => texts.Aggregate(SqlSchema.Empty, (schema, text) => schema.Add(SqlScript.Read(new SqlText(text))));

    [TestCase("CREATE TABLE orders (id UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY id", true)]
    [TestCase("CREATE TABLE orders (id UInt64) ENGINE ReplicatedReplacingMergeTree ORDER BY id", true)]
    [TestCase("CREATE TABLE orders (id UInt64) ENGINE = MergeTree ORDER BY id", false)]
    [TestCase("CREATE TABLE orders (id UInt64, engine String) ENGINE = SummingMergeTree ORDER BY id", false)]
    [TestCase("CREATE TABLE orders (id INT) ENGINE = InnoDB", false)]
    public void An_engine_that_keeps_one_row_for_each_key_is_known(string text, bool keepsOneRow) =>
        Assert.That(SqlSchema.Empty.Add(SqlScript.Read(new SqlText(text, SqlDialect.ClickHouse))).Find("orders")!.KeepsOneRow, Is.EqualTo(keepsOneRow));
}
