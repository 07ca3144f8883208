using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>Which row of several is kept, and whether the statement says so.</summary>
[Parallelizable(ParallelScope.All)]
public class SurvivorReaderTests
{
    private const string Hole = "\uFFFC";

    private static IEnumerable<SqlSurvivor> Read(string text) => SqlScript.Read(new SqlText(text, SqlDialect.Generic)).Statements.SelectMany(s => s.Survivors);

    [TestCase("SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY k) AS rn FROM t) x WHERE x.rn = 1")]
    [TestCase("SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY k ORDER BY (SELECT NULL)) rn FROM t) x WHERE rn = 1")]
    [TestCase("SELECT * FROM (SELECT t.*, row_number() over (partition by k order by 1) rn FROM t) x WHERE rn <= 1")]
    [TestCase("SELECT * FROM (SELECT t.*, row_number() over (partition by a, b order by t.b desc) rn FROM t) x WHERE rn = 1")]
    [TestCase("SELECT * FROM (SELECT t.*, row_number() over (partition by a order by random()) rn FROM t) x WHERE rn = 1")]
    [TestCase("SELECT * FROM (SELECT g.v, row_number() over (partition by c.id, g.day order by g.day desc) rn FROM c JOIN g ON g.c_id = c.id) x WHERE rn = 1")]
    [TestCase("SELECT * FROM (SELECT g.v, row_number() over (partition by c.k order by k) rn FROM c JOIN g ON g.c_id = c.id) x WHERE rn = 1")]
    [TestCase("WITH d AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY email ORDER BY email) AS n FROM users) DELETE FROM d WHERE n > 1")]
    [TestCase("WITH d AS (SELECT id, ROW_NUMBER() OVER (PARTITION BY email ORDER BY (SELECT 0)) AS n FROM users) DELETE FROM users WHERE id IN (SELECT id FROM d WHERE n >= 2)")]
    [TestCase("INSERT INTO u (a, b) SELECT a, b FROM (SELECT a, b, ROW_NUMBER() OVER (PARTITION BY a ORDER BY NULL) rn FROM s) q WHERE rn = 1")]
    [TestCase("SELECT a, b FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY a) = 1")]
    [TestCase("SELECT a, b, ROW_NUMBER() OVER (PARTITION BY a ORDER BY 1) AS rn FROM t QUALIFY rn = 1")]
    [TestCase("MERGE INTO t USING (SELECT * FROM (SELECT s.*, ROW_NUMBER() OVER (PARTITION BY k ORDER BY k) rn FROM s) q WHERE rn = 1) x ON t.k = x.k WHEN MATCHED THEN UPDATE SET v = x.v")]
    public void A_row_number_without_an_order_picks_any_row(string text) =>
        Assert.That(Read(text).Select(s => s.Kind), Is.EqualTo(new[] { SqlSurvivorKind.RowNumber }));

    [TestCase("SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY k ORDER BY created DESC, id) AS rn FROM t) x WHERE x.rn = 1")]
    [TestCase("SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY k ORDER BY k, id) AS rn FROM t) x WHERE x.rn = 1")]
    [TestCase("SELECT a, b FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) = 1")]
    [TestCase("SELECT * FROM (SELECT g.v, row_number() over (partition by c.id, g.pupil order by g.id desc) rn FROM c JOIN g ON g.c_id = c.id) x WHERE rn = 1")]
    [TestCase("WITH d AS (SELECT f.*, row_number() over (partition by f.id, f.c_id order by f.id desc) rn FROM f LEFT JOIN p ON p.id = f.p_id) SELECT * FROM d WHERE rn = 1")]
    [TestCase("SELECT ROW_NUMBER() OVER (PARTITION BY k ORDER BY (SELECT NULL)) AS line, * FROM t")]
    [TestCase("SELECT ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) AS line, * FROM t")]
    [TestCase("SELECT * FROM (SELECT p.*, ROW_NUMBER() OVER (ORDER BY (SELECT 1)) AS rn FROM p) t WHERE rn BETWEEN 1 AND 20")]
    [TestCase("SELECT * FROM (SELECT p.*, ROW_NUMBER() OVER (PARTITION BY k ORDER BY (SELECT 1)) AS rn FROM p) t WHERE rn <= 20")]
    [TestCase("SELECT a, b FROM (SELECT a, b, ROW_NUMBER() OVER (PARTITION BY a, b ORDER BY (SELECT NULL)) AS rn FROM t) x WHERE rn = 1")]
    [TestCase("WITH d AS (SELECT name, email, ROW_NUMBER() OVER (PARTITION BY name, email ORDER BY name) AS n FROM users) DELETE FROM d WHERE n > 1")]
    [TestCase("SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY k ORDER BY " + Hole + ") AS rn FROM t) x WHERE x.rn = 1")]
    [TestCase("SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY k " + Hole + ") AS rn FROM t) x WHERE x.rn = 1")]
    [TestCase("SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER w AS rn FROM t WINDOW w AS (PARTITION BY k ORDER BY id)) x WHERE x.rn = 1")]
    [TestCase("SELECT row_number, k FROM t WHERE row_number = 1")]
    [TestCase("SELECT * FROM (SELECT t.*, RANK() OVER (PARTITION BY k ORDER BY 1) AS rn FROM t) x WHERE x.rn = 1")]
    public void What_says_which_row_or_only_numbers_rows_is_fine(string text) => Assert.That(Read(text), Is.Empty);

    [TestCase("SELECT DISTINCT ON (k) k, v FROM t")]
    [TestCase("SELECT DISTINCT ON (t.k, t.j) t.* FROM t WHERE a = 1 ORDER BY t.k, j DESC")]
    [TestCase("INSERT INTO u (k, v) SELECT DISTINCT ON (k) k, v FROM t ORDER BY k ON CONFLICT DO NOTHING")]
    [TestCase("SELECT count(*) FROM (SELECT DISTINCT ON (k) k, v FROM t) x ORDER BY v")]
    public void Distinct_on_without_an_order_picks_any_row(string text) =>
        Assert.That(Read(text).Select(s => s.Kind), Is.EqualTo(new[] { SqlSurvivorKind.DistinctOn }));

    [TestCase("SELECT DISTINCT ON (k) k, v FROM t ORDER BY k, created DESC")]
    [TestCase("SELECT DISTINCT ON (k) k FROM t")]
    [TestCase("SELECT DISTINCT ON (k) t.k AS key FROM t")]
    [TestCase("SELECT DISTINCT ON (k) k, v FROM t " + Hole)]
    [TestCase("SELECT DISTINCT ON (k) k, v FROM t ORDER BY k, " + Hole)]
    [TestCase("SELECT DISTINCT ON (" + Hole + ") k, v FROM t")]
    [TestCase("SELECT DISTINCT ON (o.id) o.id, o.name FROM orders o JOIN lines l ON l.order_id = o.id ORDER BY o.id")]
    [TestCase("SELECT DISTINCT k, v FROM t")]
    [TestCase("SELECT a FROM t JOIN (SELECT DISTINCT k FROM u) x ON x.k = t.k")]
    public void Distinct_on_with_an_order_and_plain_distinct_are_fine(string text) => Assert.That(Read(text), Is.Empty);

    [TestCase("UPDATE o SET email = (SELECT TOP 1 c.email FROM contacts c WHERE c.company = o.company) FROM orders o")]
    [TestCase("UPDATE orders o SET email = (SELECT c.email FROM contacts c WHERE c.company = o.company LIMIT 1)")]
    [TestCase("INSERT INTO x (a, b) SELECT o.a, (SELECT c.b FROM c WHERE c.company_id = o.company_id FETCH FIRST 1 ROW ONLY) FROM o")]
    [TestCase("SELECT o.*, p.* FROM o CROSS APPLY (SELECT TOP (1) * FROM prices p WHERE p.sku = o.sku) p")]
    [TestCase("DELETE FROM \"Users\" WHERE \"Id\" NOT IN (SELECT \"Id\" FROM \"Users\" LIMIT 1)")]
    public void The_first_of_no_order_picks_any_row(string text) =>
        Assert.That(Read(text).Select(s => s.Kind), Is.EqualTo(new[] { SqlSurvivorKind.FirstRow }));

    [TestCase("SELECT * FROM users WHERE id = @id LIMIT 1")]
    [TestCase("SELECT TOP 1 * FROM users WHERE email = @email")]
    [TestCase("SELECT 1 FROM users WHERE email = @email LIMIT 1")]
    [TestCase("SELECT EXISTS (SELECT 1 FROM users WHERE email = @email LIMIT 1)")]
    [TestCase("SELECT * FROM o WHERE EXISTS (SELECT * FROM c WHERE c.company = o.company LIMIT 1)")]
    [TestCase("SELECT o.*, (SELECT 1 FROM c WHERE c.company = o.company LIMIT 1) AS has FROM o")]
    [TestCase("SELECT o.*, (SELECT c.name FROM c WHERE c.id = o.c_id LIMIT 1) AS name FROM o")]
    [TestCase("SELECT o.*, (SELECT TOP 1 c.name FROM customers c WHERE c.customer_id = o.customer_id) AS name FROM o")]
    [TestCase("SELECT o.*, (SELECT c.name FROM c WHERE c.company = o.company ORDER BY c.since LIMIT 1) AS name FROM o")]
    [TestCase("SELECT o.*, (SELECT TOP 1 MAX(c.since) FROM c WHERE c.company = o.company) AS name FROM o")]
    [TestCase("SELECT o.*, (SELECT c.name FROM c WHERE c.company = o.company LIMIT 10) AS name FROM o")]
    [TestCase("SELECT o.*, (SELECT c.name FROM c WHERE c.company = o.company LIMIT 1 OFFSET 3) AS name FROM o")]
    [TestCase("SELECT o.*, (SELECT c.name FROM c WHERE c.company = o.company LIMIT 1) AS name FROM o")]
    [TestCase("SELECT o.id FROM o OUTER APPLY (SELECT spread = (SELECT TOP 1 spread FROM books AS b WHERE b.external_id = o.external_id)) AS spread")]
    [TestCase("SELECT TOP 1 PERCENT * FROM o")]
    [TestCase("INSERT INTO x (a) SELECT TOP (@n) a FROM y")]
    [TestCase("DELETE FROM t WHERE id = (SELECT id FROM q WHERE state = 0 LIMIT 1)")]
    [TestCase("UPDATE orders o SET email = (SELECT c.email FROM contacts c WHERE c.company = o.company " + Hole + " LIMIT 1)")]
    public void Look_ups_by_key_and_existence_checks_are_fine(string text) => Assert.That(Read(text), Is.Empty);

    [Test]
    public void The_span_is_that_of_the_words_that_pick()
    {
        const string text = "SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY k ORDER BY 1) rn FROM t) x WHERE rn = 1";
        var span = Read(text).Single().Span;
        Assert.That(text.Substring(span.Start, span.Length), Is.EqualTo("ROW_NUMBER() OVER (PARTITION BY k ORDER BY 1)"));
    }

    [Test]
    public void Reading_many_of_them_takes_linear_time()
    {
        SqlReader.Read(new SqlText(Text(200), SqlDialect.Generic), out var few);
        SqlReader.Read(new SqlText(Text(2000), SqlDialect.Generic), out var many);
        Assert.That(many, Is.LessThan(few * 20));

        static string Text(int count) => "SELECT " + string.Join(", ", Enumerable.Repeat("ROW_NUMBER() OVER (PARTITION BY k) AS a", count)) + " FROM t WHERE a = 1";
    }
}
