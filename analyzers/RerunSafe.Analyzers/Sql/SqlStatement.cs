using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>One statement of a script, as far as rules need it. CTE prefixes belong to the statement they introduce.</summary>
internal sealed record SqlStatement
{
    public SqlStatementKind Kind { get; init; }

    /// <summary>From its first word to its last token (without the semicolon).</summary>
    public SqlSpan Span { get; init; }

    /// <summary>The words that name it for a reader: from the verb to the target's end, e.g. "INSERT INTO orders".</summary>
    public SqlSpan HeadSpan { get; init; }

    /// <summary>The table written to (or created); null for reads and for statements without one.</summary>
    public SqlName? Target { get; init; }

    public RerunEffect Effect { get; init; }

    public Convergence Convergence { get; init; }

    /// <summary>The columns written, with their values.</summary>
    public ImmutableArray<SqlColumnValue> Assignments { get; init; } = ImmutableArray<SqlColumnValue>.Empty;

    /// <summary>In a conflict clause or a MERGE … WHEN MATCHED: what is set there.</summary>
    public ImmutableArray<SqlColumnValue> ConflictAssignments { get; init; } = ImmutableArray<SqlColumnValue>.Empty;

    /// <summary>The columns of ON CONFLICT (…) or the target's columns in MERGE … ON.</summary>
    public ImmutableArray<string> ConflictColumns { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>The top-level comparisons of the statement's WHERE.</summary>
    public ImmutableArray<SqlCondition> Conditions { get; init; } = ImmutableArray<SqlCondition>.Empty;

    /// <summary>Every comparison anywhere in the statement that has the wall clock on one side (also in subqueries, JOIN … ON and HAVING).</summary>
    public ImmutableArray<SqlCondition> ClockConditions { get; init; } = ImmutableArray<SqlCondition>.Empty;

    /// <summary>The tables read (FROM, JOIN, USING), unquoted, without schema.</summary>
    public ImmutableArray<SqlName> Sources { get; init; } = ImmutableArray<SqlName>.Empty;

    /// <summary>Where it keeps one row of several without saying which.</summary>
    public ImmutableArray<SqlSurvivor> Survivors { get; init; } = ImmutableArray<SqlSurvivor>.Empty;

    /// <summary>ALTER TABLE … RENAME TO: the name is free again.</summary>
    public bool IsRenamed { get; init; }

    /// <summary>A query that takes or asks a lock of the database, which says nothing about rows.</summary>
    public bool TakesLock { get; init; }

    /// <summary>Its rows come from VALUES (or SET …), not from a query.</summary>
    public bool HasValues { get; init; }

    /// <summary>A RETURNING/OUTPUT clause, or ROW_COUNT()/@@ROWCOUNT read right behind it.</summary>
    public bool ReturnsRows { get; init; }

    /// <summary>
    /// Where the clause can be put that makes it converge: for an INSERT the end of its rows, for CREATE and ADD COLUMN the
    /// start of the new name; -1 where none is known.
    /// </summary>
    public int ClauseAt { get; init; } = -1;

    /// <summary>Rows that are selected, with nothing behind the FROM: SQLite takes an ON behind it for a join's.</summary>
    public bool EndsInFrom { get; init; }

    /// <summary>A RETURNING clause of its own.</summary>
    public bool HasReturning { get; init; }

    /// <summary>
    /// A hole stands where a clause could stand (after the table, after VALUES (…), at the end), so that text which
    /// is not known may change the verdict.
    /// </summary>
    public bool HasOpenClause { get; init; }

    /// <summary>The number of the BEGIN … COMMIT region of the script that it stands in, or -1.</summary>
    public int Transaction { get; init; } = -1;

    /// <summary>For CREATE TABLE / CREATE UNIQUE INDEX / ALTER TABLE ADD: what it says of the table.</summary>
    public SqlTable? Definition { get; init; }

    /// <summary>For CREATE …: IF NOT EXISTS (or OR REPLACE, or an IF … IS NULL before it) is there.</summary>
    public bool IfNotExists { get; init; }
}
