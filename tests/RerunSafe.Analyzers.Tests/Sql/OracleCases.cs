using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class OracleCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT INTO orders (id, amount) VALUES (:id, :amount)", RerunEffect.Repeats),
        Case("INSERT INTO orders (id) VALUES (orders_seq.NEXTVAL) RETURNING id INTO :newId", RerunEffect.Repeats),
        Case("INSERT /*+ APPEND */ INTO orders SELECT * FROM staging", RerunEffect.Repeats),
        Case("INSERT /*+ IGNORE_ROW_ON_DUPKEY_INDEX(orders, orders_pk) */ INTO orders (id) VALUES (:id)", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("INSERT ALL INTO orders (id) VALUES (1) INTO orders (id) VALUES (2) SELECT * FROM dual", RerunEffect.Repeats),
        Case("INSERT INTO orders (id) SELECT :id FROM dual WHERE NOT EXISTS (SELECT 1 FROM orders WHERE id = :id)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("INSERT INTO orders (id) SELECT id FROM staging MINUS SELECT id FROM orders", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("MERGE INTO orders t USING (SELECT :id AS id FROM dual) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.amount = :amount WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (:id, :amount)", RerunEffect.Converges, Convergence.MergeOnKey),
        Case("BEGIN INSERT INTO orders (id) VALUES (:id); EXCEPTION WHEN DUP_VAL_ON_INDEX THEN NULL; END;", RerunEffect.Converges, Convergence.UniqueViolationHandled),
        Case("BEGIN INSERT INTO orders (id) VALUES (:id); EXCEPTION WHEN DUP_VAL_ON_INDEX THEN UPDATE orders SET amount = :a WHERE id = :id; END;", RerunEffect.Converges, Convergence.Absolute),
        Case("BEGIN UPDATE orders SET amount = :a WHERE id = :id; IF SQL%ROWCOUNT = 0 THEN INSERT INTO orders (id, amount) VALUES (:id, :a); END IF; END;", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("UPDATE orders SET amount = amount + :a WHERE id = :id", RerunEffect.Relative),
        Case("UPDATE orders SET note = q'[it's]' WHERE id = :id", RerunEffect.Converges, Convergence.Absolute),
        Case("DELETE orders WHERE day = :day", RerunEffect.Converges, Convergence.Absolute),
        Case("BEGIN EXECUTE IMMEDIATE 'INSERT INTO orders (id) VALUES (:1)' USING v_id; END;", RerunEffect.Repeats),
        Case("INSERT FIRST WHEN amount > 10 THEN INTO big_orders (id) VALUES (id) ELSE INTO orders (id) VALUES (id) SELECT id, amount FROM staging", RerunEffect.Repeats),
        Case("BEGIN INSERT INTO orders (id) VALUES (:id); EXCEPTION WHEN OTHERS THEN NULL; END;", RerunEffect.Converges, Convergence.UniqueViolationHandled),
        Case("BEGIN INSERT INTO orders (id) VALUES (:id); EXCEPTION WHEN OTHERS THEN ROLLBACK; RAISE; END;", RerunEffect.Repeats),
        Case("UPDATE accounts SET balance = NVL(balance, 0) + :a WHERE id = :id", RerunEffect.Relative),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.Oracle, text, effect, convergence);
}
