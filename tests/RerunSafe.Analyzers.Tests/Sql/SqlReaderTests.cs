using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

public class SqlReaderTests
{
    private const string Hole = "\uFFFC";

    [Test]
    public void Statements_without_semicolons_are_told_apart()
    {
        var kinds = Read("DECLARE @x int SET @x = 1 DELETE FROM a WHERE id = @x INSERT INTO a (id) VALUES (@x) SELECT SCOPE_IDENTITY() UPDATE b SET c = 1 EXEC p", SqlDialect.TSql)
            .Select(s => s.Kind);
        Assert.That(kinds, Is.EqualTo(new[]
        {
            SqlStatementKind.Other, SqlStatementKind.Other, SqlStatementKind.Delete, SqlStatementKind.Insert, SqlStatementKind.Select, SqlStatementKind.Update, SqlStatementKind.Call,
        }));
    }

    [Test]
    public void A_union_stays_one_statement() =>
        Assert.That(Read("INSERT INTO t (a) SELECT a FROM x UNION ALL SELECT a FROM y EXCEPT SELECT a FROM z"), Has.Count.EqualTo(1));

    [Test]
    public void A_foreign_key_action_is_not_a_statement() =>
        Assert.That(Read("CREATE TABLE t (a int REFERENCES u (a) ON DELETE CASCADE ON UPDATE SET NULL, b int)"), Has.Count.EqualTo(1));

    [Test]
    public void For_update_is_not_a_statement() => Assert.That(Read("SELECT a FROM t WHERE b = 1 FOR UPDATE SKIP LOCKED"), Has.Count.EqualTo(1));

    [Test]
    public void The_span_goes_from_the_first_word_to_the_last_token_and_the_head_to_the_target()
    {
        const string text = "  WITH s AS (SELECT 1 AS id) INSERT INTO dbo.orders (id) SELECT id FROM s ; ";
        var insert = Read(text).Single();
        Assert.That(text.Substring(insert.Span.Start, insert.Span.Length), Is.EqualTo("WITH s AS (SELECT 1 AS id) INSERT INTO dbo.orders (id) SELECT id FROM s"));
        Assert.That(text.Substring(insert.HeadSpan.Start, insert.HeadSpan.Length), Is.EqualTo("INSERT INTO dbo.orders"));
    }

    [Test]
    public void Columns_are_paired_with_the_first_row()
    {
        var insert = Read("INSERT INTO t (a, [b], \"c\", d, e) VALUES (@a, now(), NULL, NEWID(), DEFAULT), (1, 2, 3, 4, 5)").Single();
        Assert.That(insert.Assignments.Select(a => (a.Column, a.Value.Kind)), Is.EqualTo(new[]
        {
            ("a", SqlValueKind.Parameter), ("b", SqlValueKind.Clock), ("c", SqlValueKind.Null), ("d", SqlValueKind.Random), ("e", SqlValueKind.StoreGenerated),
        }));
    }

    [Test]
    public void Columns_are_paired_with_the_items_of_a_query()
    {
        var insert = Read("INSERT INTO t (a, b) SELECT DISTINCT @a AS x, s.b y FROM s").Single();
        Assert.That(insert.Assignments.Select(a => (a.Column, a.Value.Text)), Is.EqualTo(new[] { ("a", "@a"), ("b", "s.b") }));
        Assert.That(insert.HasValues, Is.False);
    }

    [Test]
    public void Conditions_are_the_top_level_and_chain()
    {
        var update = Read("UPDATE t SET a = 1 WHERE (id = @id AND v BETWEEN 1 AND 2 AND x IN (SELECT y FROM z WHERE q = 3)) RETURNING id").Single();
        Assert.That(update.Conditions.Select(c => (c.Column, c.Operator)), Is.EqualTo(new[] { ("id", "="), ("v", "BETWEEN"), ("x", "IN") }));
    }

    [Test]
    public void A_condition_with_or_promises_nothing() => Assert.That(Read("DELETE FROM t WHERE a = 1 OR b = 2").Single().Conditions, Is.Empty);

    [Test]
    public void Clocks_are_found_wherever_they_are_compared()
    {
        var insert = Read("INSERT INTO t (a) SELECT a FROM s WHERE s.id IN (SELECT id FROM u WHERE u.day = CURRENT_DATE) AND date(s.created) >= date('now', '-1 day')").Single();
        Assert.That(insert.ClockConditions.Select(c => c.Column), Is.EquivalentTo(new[] { "day", "created" }));
    }

    [Test]
    public void The_names_of_with_are_not_sources()
    {
        var insert = Read("WITH a AS (SELECT x FROM s1) INSERT INTO t (x) SELECT a.x FROM a, s3 JOIN dbo.s2 b ON b.x = a.x WHERE EXTRACT(day FROM b.d) = 1").Single();
        Assert.That(insert.Sources.Select(s => s.Name), Is.EquivalentTo(new[] { "s1", "s2", "s3" }));
    }

    [Test]
    public void A_write_inside_with_is_a_statement_of_its_own()
    {
        var statements = Read("WITH a AS (INSERT INTO t (x) VALUES (1) RETURNING x) SELECT x FROM a", SqlDialect.PostgreSql);
        Assert.That(statements.Select(s => s.Kind), Is.EqualTo(new[] { SqlStatementKind.Insert, SqlStatementKind.Select }));
        Assert.That(statements[0].ReturnsRows, Is.True);
    }

    [Test]
    public void Transactions_number_their_statements()
    {
        var statements = Read("DELETE FROM a; BEGIN TRAN; DELETE FROM b; COMMIT; BEGIN TRANSACTION; DELETE FROM c; ROLLBACK; DELETE FROM d");
        Assert.That(statements.Where(s => s.Kind == SqlStatementKind.Delete).Select(s => s.Transaction), Is.EqualTo(new[] { -1, 0, 1, -1 }));
    }

    [Test]
    public void A_rollback_in_a_branch_leaves_the_transaction_of_the_rest()
    {
        var statements = Read("BEGIN TRAN IF EXISTS (SELECT 1 FROM x) BEGIN ROLLBACK RETURN END DELETE FROM b COMMIT DELETE FROM c", SqlDialect.TSql);
        Assert.That(statements.Where(s => s.Kind == SqlStatementKind.Delete).Select(s => s.Transaction), Is.EqualTo(new[] { 0, -1 }));
    }

    [Test]
    public void What_is_explained_is_not_run() => Assert.That(Read("EXPLAIN INSERT INTO t VALUES (1)").Single().Kind, Is.EqualTo(SqlStatementKind.Other));

    [Test]
    public void A_delete_in_another_transaction_replaces_nothing()
    {
        var statements = Read("BEGIN; DELETE FROM t WHERE day = 1; COMMIT; BEGIN; INSERT INTO t (day) VALUES (1); COMMIT");
        Assert.That(statements.Single(s => s.Kind == SqlStatementKind.Insert).Effect, Is.EqualTo(RerunEffect.Repeats));
    }

    [Test]
    public void A_row_count_behind_a_write_returns_rows() =>
        Assert.That(Read("UPDATE t SET a = 1; SELECT @@ROWCOUNT;", SqlDialect.TSql)[0].ReturnsRows, Is.True);

    [Test]
    public void The_key_of_a_merge_is_what_it_compares()
    {
        var merge = Read("MERGE INTO t AS x USING s ON x.tenant = s.tenant AND s.id = x.id WHEN NOT MATCHED THEN INSERT (tenant, id) VALUES (s.tenant, s.id);").Single();
        Assert.That(merge.ConflictColumns, Is.EqualTo(new[] { "tenant", "id" }));
        Assert.That(merge.Assignments.Select(a => a.Column), Is.EqualTo(new[] { "tenant", "id" }));
    }

    [TestCase("SELECT a FROM t WHERE date = CURRENT_DATE", "date", "=")]
    [TestCase("SELECT a FROM t WHERE day = DATEADD(day, -1, GETDATE())", "day", "=")]
    [TestCase("SELECT a FROM t WHERE CAST(t.created AS date) = CAST(GETDATE() AS date)", "created", "=")]
    [TestCase("SELECT a FROM t WHERE now() - INTERVAL '1 day' <= t.created", "created", ">=")]
    [TestCase("SELECT a FROM t JOIN u ON u.day = CURRENT_DATE AND u.a = t.a", "day", "=")]
    [TestCase("SELECT a FROM t GROUP BY a HAVING max(created) > now()", "created", ">")]
    [TestCase("DELETE FROM t WHERE created < SYSDATE - 30", "created", "<")]
    public void The_column_that_is_compared_with_the_clock_is_named(string text, string column, string sign) =>
        Assert.That(Read(text).Single().ClockConditions.Select(c => (c.Column, c.Operator)), Is.EqualTo(new[] { (column, sign) }));

    [TestCase("INSERT INTO t (a) VALUES (@a) " + Hole)]
    [TestCase("INSERT INTO t (a) VALUES (@a)" + Hole)]
    [TestCase("INSERT INTO t " + Hole)]
    [TestCase(Hole + " INSERT INTO t (a) VALUES (@a)")]
    [TestCase("INSERT " + Hole + " INTO t (a) VALUES (@a)")]
    [TestCase("INSERT INTO t (a) SELECT a FROM s " + Hole)]
    [TestCase("INSERT INTO t (a) SELECT a FROM s WHERE " + Hole)]
    [TestCase("INSERT INTO t (a) SELECT a FROM s WHERE a = 1 AND " + Hole)]
    [TestCase("INSERT INTO t (a) VALUES (1) ON CONFLICT " + Hole)]
    [TestCase("UPDATE t SET " + Hole + " WHERE id = 1")]
    [TestCase("UPDATE t SET a = 1 " + Hole)]
    [TestCase("UPDATE t SET a = a + 1 WHERE " + Hole)]
    public void A_hole_where_a_clause_could_stand_leaves_the_statement_open(string text) => Assert.That(Read(text).Single().HasOpenClause, Is.True);

    [TestCase("INSERT INTO t (" + Hole + ") VALUES (" + Hole + ")")]
    [TestCase("INSERT INTO " + Hole + " (a, b) VALUES (@a, @b)")]
    [TestCase("INSERT INTO " + Hole + "." + Hole + " (a) VALUES (@a)")]
    [TestCase("INSERT INTO orders_" + Hole + " (a) VALUES (@a)")]
    [TestCase("INSERT INTO [" + Hole + "] (a) VALUES ('" + Hole + "')")]
    [TestCase("INSERT INTO t (a, b) VALUES " + Hole)]
    [TestCase("INSERT INTO t " + Hole + " VALUES (@a)")]
    [TestCase("INSERT INTO t (a) SELECT " + Hole + " FROM " + Hole)]
    [TestCase("UPDATE t SET a = " + Hole + " WHERE id = " + Hole)]
    [TestCase("UPDATE t SET a = a + " + Hole + " WHERE id = @p" + Hole)]
    [TestCase("UPDATE t SET " + Hole + " = 1 WHERE id IN " + Hole)]
    [TestCase("DELETE FROM " + Hole + " WHERE day = " + Hole)]
    [TestCase("INSERT INTO t (a) SELECT a FROM s LIMIT " + Hole)]
    public void A_hole_in_place_of_a_value_or_a_name_leaves_nothing_open(string text) => Assert.That(Read(text).Single().HasOpenClause, Is.False);

    [TestCase("INSERT INTO " + Hole + " (a) VALUES (1)", "", "")]
    [TestCase("INSERT INTO dbo." + Hole + " (a) VALUES (1)", "dbo", "")]
    [TestCase("INSERT INTO a.[b c].\"d\" (a) VALUES (1)", "a.b c", "d")]
    [TestCase("INSERT INTO `p.d.t` (a) VALUES (1)", "p.d", "t")]
    [TestCase("INSERT INTO db..t (a) VALUES (1)", "db", "t")]
    [TestCase("INSERT INTO orders_" + Hole + " (a) VALUES (1)", "", "orders_" + Hole)]
    public void The_target_is_the_last_part_of_its_name(string text, string schema, string name)
    {
        var target = Read(text).Single().Target!;
        Assert.That((target.Schema, target.Name), Is.EqualTo((schema, name)));
    }

    [TestCase("UPDATE jobs SET state = CASE WHEN state = 'done' THEN state ELSE 'open' END, updated_at = now() WHERE id = @id")]
    [TestCase("UPDATE jobs SET tries = CASE WHEN a = 1 AND b = 2 OR NOT c THEN 0 ELSE tries END, note = @note, updated_at = CURRENT_TIMESTAMP FROM runs r WHERE r.id = jobs.run")]
    [TestCase("INSERT INTO jobs (id, updated_at) VALUES (@id, now()) ON CONFLICT (id) DO UPDATE SET state = CASE WHEN jobs.state = 'done' THEN jobs.state ELSE 'open' END, updated_at = now(), error = NULL")]
    public void An_assignment_behind_a_case_is_no_condition(string text) => Assert.That(Read(text).Single().ClockConditions, Is.Empty);

    [Test]
    public void A_condition_behind_assignments_with_a_case_is_one() =>
        Assert.That(
            Read("UPDATE jobs SET state = CASE WHEN state = 'a' THEN 'b' ELSE state END, updated_at = now() WHERE day = CURRENT_DATE AND due < now()").Single().ClockConditions.Select(c => (c.Column, c.Operator)),
            Is.EqualTo(new[] { ("day", "="), ("due", "<") }));

    [TestCase("INSERT INTO #t (a) VALUES (1)")]
    [TestCase("INSERT INTO @t (a) VALUES (1)")]
    [TestCase("INSERT INTO temp.t (a) VALUES (1)")]
    [TestCase("CREATE TEMP TABLE t (a int); INSERT INTO t (a) VALUES (1)")]
    [TestCase("CREATE GLOBAL TEMPORARY TABLE t (a int); INSERT INTO T (a) VALUES (1)")]
    public void Temporary_tables_are_told(string text) => Assert.That(Read(text).Last().Target!.IsTemporary, Is.True);

    [TestCase("")]
    [TestCase("   ")]
    [TestCase(";;")]
    [TestCase("-- nothing")]
    public void Nothing_is_no_statement(string text) => Assert.That(Read(text), Is.Empty);

    [Test]
    public void Garbage_is_unknown() => Assert.That(Read("hello there, world").Single().Kind, Is.EqualTo(SqlStatementKind.Unknown));

    [TestCase("CREATE TABLE IF NOT EXISTS t (a int)", true)]
    [TestCase("CREATE TABLE t (a int)", false)]
    [TestCase("CREATE INDEX IF NOT EXISTS i ON t (a)", true)]
    [TestCase("CREATE UNIQUE INDEX i ON t (a)", false)]
    [TestCase("ALTER TABLE t ADD COLUMN IF NOT EXISTS b int", true)]
    [TestCase("ALTER TABLE t ADD b int", false)]
    [TestCase("IF NOT EXISTS (SELECT * FROM sys.tables WHERE name = 't') BEGIN CREATE TABLE t (a int) END", true)]
    [TestCase("IF OBJECT_ID('t') IS NULL CREATE TABLE t (a int)", true)]
    [TestCase("CREATE OR ALTER PROCEDURE p AS SELECT 1", true)]
    public void A_definition_says_whether_it_may_run_again(string text, bool expected) => Assert.That(Read(text).Single().IfNotExists, Is.EqualTo(expected));

    private static List<SqlStatement> Read(string text, SqlDialect dialect = SqlDialect.Generic) => SqlScript.Read(new SqlText(text, dialect)).Statements.ToList();
}
