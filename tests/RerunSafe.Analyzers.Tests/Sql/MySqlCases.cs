using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class MySqlCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT INTO `orders` (`id`, `amount`) VALUES (?, ?)", RerunEffect.Repeats),
        Case("INSERT INTO orders SET id = @id, amount = @amount", RerunEffect.Repeats),
        Case("INSERT orders (id) VALUES (@id); SELECT LAST_INSERT_ID();", RerunEffect.Repeats),
        Case("INSERT LOW_PRIORITY INTO orders (id) VALUES (1)", RerunEffect.Repeats),
        Case("INSERT INTO orders (name) VALUES (\"it; DELETE\")", RerunEffect.Repeats),
        Case("INSERT IGNORE INTO orders (id, amount) VALUES (@id, @amount)", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("REPLACE INTO orders (id, amount) VALUES (@id, @amount)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("REPLACE orders (id, amount) VALUES (@id, @amount)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, amount) VALUES (@id, @amount) ON DUPLICATE KEY UPDATE amount = VALUES(amount)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, amount) VALUES (@id, @amount) ON DUPLICATE KEY UPDATE id = id", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, n) VALUES (@id, 1) ON DUPLICATE KEY UPDATE n = n + 1", RerunEffect.Relative, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, n) VALUES (@id, @n) ON DUPLICATE KEY UPDATE n = n + VALUES(n)", RerunEffect.Relative, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, n) VALUES (@id, @n) AS new ON DUPLICATE KEY UPDATE n = new.n", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, n) VALUES (@id, @n) ON DUPLICATE KEY UPDATE n = IF(VALUES(n) > n, VALUES(n), n)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id) SELECT @id FROM DUAL WHERE NOT EXISTS (SELECT * FROM orders WHERE id = @id) LIMIT 1", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("UPDATE orders SET n = n + 1 WHERE id = @id", RerunEffect.Relative),
        Case("UPDATE orders o JOIN staging s ON s.id = o.id SET o.amount = s.amount", RerunEffect.Converges, Convergence.Absolute),
        Case("UPDATE orders o JOIN staging s ON s.id = o.id SET o.amount = o.amount + s.amount", RerunEffect.Relative),
        Case("UPDATE jobs SET state = 'taken' WHERE state = 'new' LIMIT 1", RerunEffect.Unknown),
        Case("START TRANSACTION; DELETE FROM orders WHERE day = @day; INSERT INTO orders (id, day) SELECT id, day FROM staging; COMMIT;", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("LOAD DATA LOCAL INFILE '/tmp/x.csv' INTO TABLE orders FIELDS TERMINATED BY ','", RerunEffect.Repeats),
        Case("LOAD DATA INFILE '/tmp/x.csv' REPLACE INTO TABLE orders", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("LOAD DATA INFILE '/tmp/x.csv' IGNORE INTO TABLE orders", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("CREATE TEMPORARY TABLE t (id int); INSERT INTO t (id) SELECT id FROM orders", RerunEffect.None),
        Case("CALL load_orders(@day)", RerunEffect.Unknown),
        Case("DELIMITER //\nCREATE PROCEDURE p() BEGIN INSERT INTO orders (id) VALUES (1); END //\nDELIMITER ;", RerunEffect.None),
        Case("UPDATE orders o, staging s SET o.amount = o.amount + s.amount WHERE s.id = o.id", RerunEffect.Relative),
        Case("UPDATE orders o INNER JOIN staging s ON s.id = o.id SET o.n = IFNULL(o.n, 0) + 1, o.status = 'seen'", RerunEffect.Relative),
        Case("UPDATE orders o LEFT JOIN staging s ON s.id = o.id SET o.amount = s.amount + 1", RerunEffect.Converges, Convergence.Absolute),
        Case("UPDATE staging s JOIN orders o ON o.id = s.id SET o.n = o.n + 1", RerunEffect.Relative),
        Case("INSERT INTO orders (id, n) VALUES (@id, 1) ON DUPLICATE KEY UPDATE n = orders.n + 1", RerunEffect.Relative, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, n) VALUES (@id, @n) AS new(a, b) ON DUPLICATE KEY UPDATE n = b", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id) VALUES ROW(1), ROW(2)", RerunEffect.Repeats),
        Case("UPDATE orders SET tags = JSON_ARRAY_APPEND(tags, '$', @tag) WHERE id = @id", RerunEffect.Relative),
        Case("INSERT INTO orders TABLE staging", RerunEffect.Repeats),
        Case("INSERT IGNORE INTO orders (id) SELECT id FROM staging", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("START TRANSACTION; INSERT INTO orders (id) VALUES (@id); UPDATE orders SET amount = 1 WHERE id = @id; COMMIT;", RerunEffect.Repeats),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.MySql, text, effect, convergence);
}
