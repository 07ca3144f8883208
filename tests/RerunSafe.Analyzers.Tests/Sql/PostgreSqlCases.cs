using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class PostgreSqlCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT INTO public.orders (id, amount) VALUES (1, 10) RETURNING id", RerunEffect.Repeats),
        Case("INSERT INTO orders (id, amount) OVERRIDING SYSTEM VALUE VALUES (1, 10)", RerunEffect.Repeats),
        Case("INSERT INTO orders (id, amount) SELECT * FROM unnest(ARRAY[1, 2], ARRAY[10, 20])", RerunEffect.Repeats),
        Case("WITH added AS (INSERT INTO orders (id, amount) VALUES (1, 10) RETURNING id) SELECT id FROM added", RerunEffect.Repeats),
        Case("WITH added AS (INSERT INTO orders (id, amount) VALUES (1, 10) ON CONFLICT DO NOTHING RETURNING id) SELECT id FROM added", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("WITH upd AS (UPDATE orders SET amount = 10 WHERE id = 1 RETURNING id) INSERT INTO orders (id, amount) SELECT 1, 10 WHERE NOT EXISTS (SELECT 1 FROM upd)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("WITH moved AS (DELETE FROM staging RETURNING id, customer, amount) INSERT INTO orders (id, customer, amount) SELECT id, customer, amount FROM moved", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("WITH won AS (INSERT INTO processed (id) VALUES (5) ON CONFLICT DO NOTHING RETURNING id) UPDATE orders SET n = n + 1 WHERE id = 7 AND EXISTS (SELECT 1 FROM won)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("DO $$ BEGIN INSERT INTO orders (id, amount) VALUES (1, 10); EXCEPTION WHEN unique_violation THEN NULL; END $$", RerunEffect.Converges, Convergence.UniqueViolationHandled),
        Case("DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM orders WHERE id = 1) THEN INSERT INTO orders (id, amount) VALUES (1, 10); END IF; END $$", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("DO $$ BEGIN UPDATE orders SET amount = 10 WHERE id = 1; IF NOT FOUND THEN INSERT INTO orders (id, amount) VALUES (1, 10); END IF; END $$", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("DO $$ BEGIN IF EXISTS (SELECT 1 FROM orders WHERE id = 7) THEN INSERT INTO orders (id, amount) VALUES (1, 10); END IF; END $$", RerunEffect.Repeats),
        Case("MERGE INTO orders t USING staging s ON t.id = s.id WHEN MATCHED THEN UPDATE SET amount = s.amount WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (s.id, s.amount)", RerunEffect.Converges, Convergence.MergeOnKey),
        Case("DO $$ BEGIN IF EXISTS (SELECT 1 FROM orders WHERE id = 1) THEN RETURN; END IF; INSERT INTO orders (id, amount) VALUES (1, 10); END $$", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("DO $$ DECLARE known int; BEGIN SELECT count(*) INTO known FROM orders WHERE id = 1; IF known = 0 THEN INSERT INTO orders (id, amount) VALUES (1, 10); END IF; END $$", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("DO $$ BEGIN IF EXISTS (SELECT 1 FROM orders WHERE id = 1) THEN UPDATE orders SET amount = 10 WHERE id = 1; ELSE INSERT INTO orders (id, amount) VALUES (1, 10); END IF; END $$", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("MERGE INTO orders t USING staging s ON FALSE WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (s.id, s.amount)", RerunEffect.Repeats),
        Case("TRUNCATE TABLE orders; INSERT INTO orders (id, amount) SELECT id, amount FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("UPDATE orders o SET n = o.n + s.amount FROM staging s WHERE o.id = 7", RerunEffect.Relative),
        Case("UPDATE ONLY orders SET (amount, n) = (10, n + 1) WHERE id = 7", RerunEffect.Relative),
        Case("UPDATE orders SET amount = amount::numeric + 1", RerunEffect.Relative),
        Case("CREATE TEMP TABLE incoming (id int, amount int) ON COMMIT DROP; INSERT INTO orders (id, amount) SELECT 1, 10 ON CONFLICT (id) DO NOTHING;", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("INSERT INTO orders (id, amount) VALUES (1, 10) ON CONFLICT (id) DO UPDATE SET amount = EXCLUDED.amount WHERE orders.amount IS DISTINCT FROM EXCLUDED.amount", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders AS t (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = GREATEST(t.n, EXCLUDED.n)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("UPDATE orders SET status = array_to_string(array_append(string_to_array(status, ','), 'x'), ',') WHERE id = 7", RerunEffect.Relative),
        Case("UPDATE orders SET status = array_to_string(string_to_array(status, ',') || ARRAY['x'], ',') WHERE id = 7", RerunEffect.Relative),
        Case("UPDATE orders SET status = jsonb_set('{\"n\": 1}'::jsonb, '{n}', '2'::jsonb)::text WHERE id = 7", RerunEffect.Converges, Convergence.Absolute),
        Case("MERGE INTO orders t USING staging s ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = COALESCE(t.n, 0) + 1 WHEN NOT MATCHED THEN INSERT (id, amount, n) VALUES (s.id, s.amount, 1)", RerunEffect.Relative, Convergence.MergeOnKey),
        Case("MERGE INTO orders t USING staging s ON 1 = 0 WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (s.id, s.amount)", RerunEffect.Repeats),
        Case("DO $$ BEGIN INSERT INTO orders (id, amount) VALUES (1, 10); EXCEPTION WHEN OTHERS THEN NULL; END $$", RerunEffect.Converges, Convergence.UniqueViolationHandled),
        Case("DO $$ BEGIN INSERT INTO orders (id, amount) VALUES (1, 10); EXCEPTION WHEN OTHERS THEN RAISE; END $$", RerunEffect.Repeats),
        Case("DO $$ BEGIN EXECUTE 'INSERT INTO orders (id, amount) VALUES (1, 10)'; END $$", RerunEffect.Repeats),
        Case("DO $$ BEGIN EXECUTE 'UPDATE orders SET status = ''seen'' WHERE id = 7'; END $$", RerunEffect.Converges, Convergence.Absolute),
        Case("INSERT INTO orders (id, amount) SELECT 1, 10 ON CONFLICT ON CONSTRAINT orders_pkey DO NOTHING", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("WITH src(id, amount) AS (VALUES (1, 10), (2, 20)) INSERT INTO orders (id, amount) SELECT id, amount FROM src", RerunEffect.Repeats),
        Case("WITH won AS (INSERT INTO processed (id) VALUES (5) ON CONFLICT DO NOTHING RETURNING id) INSERT INTO orders (id, amount) SELECT id, 10 FROM won", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("INSERT INTO orders (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET (n, amount) = (orders.n + 1, 3)", RerunEffect.Relative, Convergence.ConflictUpdates),
        Case("UPDATE orders SET n = n + 1 FROM staging WHERE orders.id = 7 AND staging.id = 1 RETURNING orders.id", RerunEffect.Relative),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.PostgreSql, text, effect, convergence);
}
