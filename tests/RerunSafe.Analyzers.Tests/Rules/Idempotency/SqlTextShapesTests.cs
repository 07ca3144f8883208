namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>How public code puts its statements together: each shape once as it repeats, and once with the clause that makes it converge.</summary>
[Parallelizable(ParallelScope.All)]
public class SqlTextShapesTests
{
    private const string Upsert = " ON CONFLICT (id) DO UPDATE SET amount = excluded.amount";

    private const string Types = """
        public static class Statements
        {
            public const string Table = "orders";
            public const string Columns = "(id, amount)";
            public const string Insert = "INSERT INTO " + Table + " " + Columns + " VALUES (@id, @amount)";
            public const string Clause = " ON CONFLICT (id) DO NOTHING";
            public static readonly string ReadOnly = $"INSERT INTO {Table} {Columns} VALUES (@id, @amount)";
            public static readonly Dictionary<string, string> ByName = new()
            {
                ["insert"] = "INSERT INTO orders (id, amount) VALUES (@id, @amount)",
                ["upsert"] = "INSERT INTO orders (id, amount) VALUES (@id, @amount) ON CONFLICT (id) DO NOTHING",
            };
            public static readonly IReadOnlyDictionary<int, string> ByNumber = new Dictionary<int, string>
            {
                { 1, "INSERT INTO orders (id, amount) VALUES (@id, @amount)" },
                { 2, "UPDATE orders SET amount = @amount WHERE id = @id" },
            };
            public static readonly string[] Listed = { "SELECT 1", "INSERT INTO orders (id, amount) VALUES (@id, @amount)" };
            public static string InsertInto(string table) => $"INSERT INTO {table} (id, amount) VALUES (@id, @amount)";
            public static string InsertInto(string table, string clause) => InsertInto(table) + clause;
            public static string Of(int kind)
            {
                switch (kind)
                {
                    case 1: return "INSERT INTO orders (id, amount) VALUES (@id, @amount)";
                    default: return "DELETE FROM orders WHERE id = @id";
                }
            }
        }

        public interface INamed
        {
            const string Insert = "INSERT INTO orders (id, amount) VALUES (@id, @amount)";
        }
        """;

    private const string Members = """
        private const string Own = "INSERT INTO orders (id, amount) VALUES (@id, @amount)";
        private string Arrow => "INSERT INTO orders (id, amount) VALUES (@id, @amount)";
        private string Getter { get { return "INSERT INTO orders (id, amount) VALUES (@id, @amount)"; } }
        protected virtual string Overridable => "INSERT INTO orders (id, amount) VALUES (@id, @amount)";
        private static void AddClause(System.Text.StringBuilder sql) => sql.Append(" ON CONFLICT (id) DO NOTHING");
        private static string WithClause(string sql) => sql + " ON CONFLICT (id) DO NOTHING";
        private static string Terminated(string sql) => sql + ";";
        private static (string Sql, int Rows) Build() => ("INSERT INTO orders (id, amount) VALUES (@id, @amount)", 1);
        """;

    [TestCase("""db.Execute({|RERUN1001:Statements.Insert|}, new { id, amount });""")]
    [TestCase("""{|RERUN1001:db.Execute(Statements.ReadOnly, new { id, amount })|};""")]
    [TestCase("""{|RERUN1001:db.Execute(Statements.ByName["insert"], new { id, amount })|};""")]
    [TestCase("""{|RERUN1001:db.Execute(Statements.ByNumber[1], new { id, amount })|};""")]
    [TestCase("""{|RERUN1001:db.Execute(Statements.Listed[1], new { id, amount })|};""")]
    [TestCase("""{|RERUN1001:db.Execute(Statements.Of(1), new { id, amount })|};""")]
    [TestCase("""db.Execute({|RERUN1001:INamed.Insert|}, new { id, amount });""")]
    [TestCase("""{|RERUN1001:db.Execute(Statements.InsertInto("orders"), new { id, amount })|};""")]
    [TestCase("""{|RERUN1001:db.Execute(Statements.InsertInto("orders", ""), new { id, amount })|};""")]
    [TestCase("""{|RERUN1001:db.Execute(Statements.InsertInto(table: Statements.Table, clause: ";"), new { id, amount })|};""")]
    public Task A_text_of_another_type_repeats(string body) => Verify.LibraryAsync(Jobs.PerLine(body), Types);

    [TestCase("""db.Execute(Statements.Insert + Statements.Clause, new { id, amount });""")]
    [TestCase("""db.Execute(Statements.ReadOnly + Statements.Clause, new { id, amount });""")]
    [TestCase("""db.Execute(Statements.ByName["upsert"], new { id, amount });""")]
    [TestCase("""db.Execute(Statements.ByName[line], new { id, amount });""")]
    [TestCase("""db.Execute(Statements.ByNumber[2], new { id, amount });""")]
    [TestCase("""db.Execute(Statements.Listed[0], new { id, amount });""")]
    [TestCase("""db.Execute(INamed.Insert + Statements.Clause, new { id, amount });""")]
    [TestCase("""db.Execute(Statements.InsertInto("order_audit"), new { id, amount });""")]
    [TestCase("""db.Execute(Statements.InsertInto("orders", " ON CONFLICT DO NOTHING"), new { id, amount });""")]
    [TestCase("""db.Execute(Statements.InsertInto("orders", line), new { id, amount });""")]
    public Task A_text_of_another_type_converges(string body) => Verify.LibraryAsync(Jobs.PerLine(body), Types);

    [TestCase("""db.Execute(string.Join(" ", "{|RERUN1001:INSERT INTO orders|}", "(id, amount)", "VALUES (@id, @amount)"), new { id, amount });""")]
    [TestCase("""db.Execute(string.Join(Environment.NewLine, new[] { "{|RERUN1001:INSERT INTO orders|} (id, amount)", "VALUES (@id, @amount)" }), new { id, amount });""")]
    [TestCase("""var names = new[] { "id", "amount" }; db.Execute("{|RERUN1001:INSERT INTO orders|} (" + string.Join(", ", names) + ") VALUES (@id, @amount)", new { id, amount });""")]
    [TestCase("""db.Execute(string.Concat("{|RERUN1001:INSERT INTO orders|} (id) ", "VALUES (", amount, ")"));""")]
    [TestCase("""db.Execute(string.Concat(new[] { "{|RERUN1001:INSERT INTO orders|} (id) ", "VALUES (@id)" }), new { id });""")]
    [TestCase("""db.Execute(string.Format("{|RERUN1001:INSERT INTO orders|} (id, amount) VALUES ('{0}', {1})", id, amount));""")]
    [TestCase("""db.Execute(string.Format(System.Globalization.CultureInfo.InvariantCulture, "{|RERUN1001:INSERT INTO |}{0} (id) VALUES ('{1}')", "orders", id));""")]
    [TestCase("""var sql = "{|RERUN1001:INSERT INTO orders|} (id, amount)"; sql += " VALUES (@id, @amount)"; db.Execute(sql, new { id, amount });""")]
    [TestCase("""var sql = new System.Text.StringBuilder(); sql.AppendFormat("{|RERUN1001:INSERT INTO |}{0} (id) ", "orders"); sql.Append("VALUES (@id)"); db.Execute(sql.ToString(), new { id });""")]
    [TestCase("""var sql = new System.Text.StringBuilder("{|RERUN1001:INSERT INTO orders|} (id)"); sql.AppendJoin(" ", "VALUES", "(@id)"); db.Execute(sql.ToString(), new { id });""")]
    [TestCase("""var sql = amount switch { > 0 => "{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", _ => "DELETE FROM orders WHERE id = @id" }; db.Execute(sql, new { id });""")]
    [TestCase("""string sql; switch (id) { case "a": sql = "{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)"; break; default: sql = "DELETE FROM orders WHERE id = @id"; break; } db.Execute(sql, new { id });""")]
    [TestCase("""string Local() => "{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)"; db.Execute(Local(), new { id });""")]
    [TestCase("""string Local(string table) { return $"{|RERUN1001:INSERT INTO |}{table} (id) VALUES (@id)"; } db.Execute(Local("orders"), new { id });""")]
    [TestCase("""db.Execute(Terminated("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)"), new { id });""")]
    [TestCase("""var (sql, rows) = ("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", 1); db.Execute(sql, new { id });""")]
    [TestCase("""var texts = new Dictionary<string, string> { ["a"] = "{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)" }; db.Execute(texts["a"], new { id });""")]
    [TestCase("""foreach (var sql in new[] { "{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", "DELETE FROM lines WHERE id = @id" }) db.Execute(sql, new { id });""")]
    [TestCase("""using var command = new SqliteCommand(); command.Connection = db; command.CommandText = "{|RERUN1001:INSERT INTO orders|} (id)"; command.CommandText += " VALUES (@id)"; command.ExecuteNonQuery();""")]
    [TestCase("""using var command = db.CreateCommand(); command.CommandType = CommandType.Text; command.CommandText = $"{|RERUN1001:INSERT INTO |}{nameof(id)}s (id) VALUES (@id)"; command.ExecuteNonQuery();""")]
    public Task A_text_put_together_repeats(string body) => Verify.LibraryAsync(Jobs.PerLine(body, Members), Types);

    [TestCase("""db.Execute(string.Join(" ", "INSERT INTO orders (id, amount)", "VALUES (@id, @amount)", "ON CONFLICT (id) DO NOTHING"), new { id, amount });""")]
    [TestCase("""db.Execute(string.Join(" ", "INSERT INTO orders (id, amount)", "VALUES (@id, @amount)", line), new { id, amount });""")]
    [TestCase("""var parts = new List<string> { "INSERT INTO orders (id) VALUES (@id)" }; parts.Add("ON CONFLICT (id) DO NOTHING"); db.Execute(string.Join(" ", parts), new { id });""")]
    [TestCase("""db.Execute(string.Concat("INSERT INTO orders (id) ", "VALUES (", amount, ")", " ON CONFLICT DO NOTHING"));""")]
    [TestCase("""db.Execute(string.Format("INSERT INTO orders (id) VALUES ('{0}') {1}", id, "ON CONFLICT (id) DO NOTHING"));""")]
    [TestCase("""db.Execute(string.Format("INSERT INTO orders (id) VALUES ('{0}') {1}", id, line));""")]
    [TestCase("""db.Execute(string.Format("INSERT INTO {0} (id) VALUES ('{1}')", "order_audit", id));""")]
    [TestCase("""var sql = "INSERT INTO orders (id, amount) VALUES (@id, @amount)"; if (amount > 0) sql += " ON CONFLICT (id) DO NOTHING"; db.Execute(sql, new { id, amount });""")]
    [TestCase("""var sql = new System.Text.StringBuilder("INSERT INTO orders (id) VALUES "); foreach (var c in line) { sql.Append("('" + c + "'),"); } sql.Length -= 1; logger.LogInformation("x"); sql.Append(" ON CONFLICT (id) DO NOTHING"); db.Execute(sql.ToString());""")]
    [TestCase("""var sql = new System.Text.StringBuilder("INSERT INTO orders (id) VALUES (@id)"); if (amount > 0) { sql.Append(" ON CONFLICT (id) DO NOTHING"); } else { sql.Append(" ON CONFLICT (id) DO UPDATE SET amount = 0"); } db.Execute(sql.ToString(), new { id });""")]
    [TestCase("""var sql = new System.Text.StringBuilder("INSERT INTO orders (id) VALUES (@id)"); AddClause(sql); db.Execute(sql.ToString(), new { id });""")]
    [TestCase("""db.Execute(WithClause("INSERT INTO orders (id) VALUES (@id)"), new { id });""")]
    [TestCase("""var sql = "INSERT INTO orders (id) VALUES (@id)"; sql = WithClause(sql); db.Execute(sql, new { id });""")]
    [TestCase("""var sql = "INSERT INTO orders (id) VALUES (@id) RETURNING id".Replace("RETURNING id", "ON CONFLICT (id) DO NOTHING"); db.Execute(sql, new { id });""")]
    [TestCase("""using var command = db.CreateCommand(); command.CommandText = "INSERT INTO orders (id) VALUES (@id)"; if (amount > 0) command.CommandText += " ON CONFLICT (id) DO NOTHING"; command.ExecuteNonQuery();""")]
    [TestCase("""using var command = db.CreateCommand(); command.CommandType = CommandType.StoredProcedure; command.CommandText = "insert_order"; command.ExecuteNonQuery();""")]
    [TestCase("""db.Execute("insert_order", new { id, amount }, commandType: CommandType.StoredProcedure);""")]
    [TestCase("""var sql = amount switch { > 0 => "INSERT OR IGNORE INTO orders (id) VALUES (@id)", _ => "DELETE FROM orders WHERE id = @id" }; db.Execute(sql, new { id });""")]
    [TestCase("""foreach (var sql in new[] { "INSERT OR IGNORE INTO orders (id) VALUES (@id)", "DELETE FROM lines WHERE id = @id" }) db.Execute(sql, new { id });""")]
    public Task A_text_put_together_converges(string body) => Verify.LibraryAsync(Jobs.PerLine(body, Members), Types);

    [TestCase("Own")]
    [TestCase("Arrow")]
    [TestCase("Getter")]
    public Task A_member_of_the_type_repeats(string member) =>
        Verify.LibraryAsync(Jobs.PerLine($"db.Execute({member}, new {{ id, amount }});", Mark(Members, member)), Types);

    [TestCase("Own")]
    [TestCase("Arrow")]
    [TestCase("Getter")]
    [TestCase("Overridable")]
    public Task A_member_of_the_type_with_the_clause_behind_it_converges(string member) =>
        Verify.LibraryAsync(Jobs.PerLine($"db.Execute({member} + \"{Upsert}\", new {{ id, amount }});", Members), Types);

    private static string Mark(string members, string member) => string.Join('\n', members.Split('\n').Select(line =>
        line.Contains(" " + member + " ", StringComparison.Ordinal) ? line.Replace("INSERT INTO orders", "{|RERUN1001:INSERT INTO orders|}", StringComparison.Ordinal) : line));
}
