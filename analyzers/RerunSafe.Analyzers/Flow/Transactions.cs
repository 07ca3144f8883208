using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Which statements commit or roll back together.</summary>
internal sealed partial class Transactions
{
    private readonly Engine _engine;
    private readonly NameCatalog _names;

    public Transactions(Engine engine)
    {
        _engine = engine;
        _names = engine.Catalog.Names;
    }

    /// <summary>
    /// The other statements of the transaction that a write on this path belongs to; null where no transaction is to be
    /// seen. A transaction that somebody else began and passed in covers the body that takes it.
    /// </summary>
    public IReadOnlyList<SqlStatement>? SharedWith(RerunPath path, IOperation write)
    {
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var site = path.SiteAt(i, write);
            var facts = path.Steps[i].Facts;
            if (Begins(facts, site, out var reach) || (i == path.Steps.Count - 1 && TakesTransaction(path.Steps[i].Method)))
                return StatementsFrom(path, i, reach);
        }

        return null;
    }

    /// <summary>Something in the same transaction makes the rerun stop, skip or find nothing to do.</summary>
    public bool HasGuard(RerunPath path, IOperation write, SqlStatement statement)
    {
        if (SharedWith(path, write) is not { } others)
            return false;
        var isEarlier = true;
        foreach (var other in others)
        {
            if (ReferenceEquals(other, statement))
                isEarlier = false;
            else if (IsGuardRow(other, statement) || (isEarlier && FillsLikelyKey(other)))
                return true;
        }

        return false;
    }

    /// <summary>A row that stands for "this input is done": an inbox row, a status flip, a watermark, a row whose unique key fails on a rerun.</summary>
    public bool IsGuardRow(SqlStatement other, SqlStatement statement)
    {
        if (other.Target is not { Name.Length: > 0 } target)
            return false;
        switch (other.Kind)
        {
            case SqlStatementKind.Insert or SqlStatementKind.Merge when _names.Is(target.Name, NameMeaning.GuardTable):
                return true;
            case SqlStatementKind.Insert:
                return other.Effect == RerunEffect.Repeats && other.Convergence == Convergence.None && FailsOnRerun(other);
            case SqlStatementKind.Update:
                return _names.Is(target.Name, NameMeaning.GuardTable)
                    || (other.Effect != RerunEffect.Relative && other.Assignments.Any(a => _names.IsAny(a.Column, NameMeaning.Status, NameMeaning.Version)));
            case SqlStatementKind.Delete:
                // A queue table: the row that asked for the work goes with it.
                return other.Conditions.Length > 0 && statement.Target is { } written && !Guards.SameTable(target.Name, written.Name);
            default:
                return false;
        }
    }

    /// <summary>A plain insert whose columns hold a known unique key with values from the input: the second time it is refused.</summary>
    public bool FailsOnRerun(SqlStatement insert) => KnownKey(insert) is not null;

    // INSERT INTO orders (order_id, …), then its lines, where no schema is to be seen: who gives a row its own id has a key
    // on it, and on a rerun the first insert stops the rest. The first itself has no such witness before it.
    private bool FillsLikelyKey(SqlStatement insert) =>
        insert is { Kind: SqlStatementKind.Insert, Effect: RerunEffect.Repeats, Convergence: Convergence.None, Target: { Name.Length: > 0 } target }
        && _engine.Schema.Find(target.Name) is null
        && insert.Assignments.Any(a => KeyMembers.IsKeyName(a.Column, target.Name) && IsFromOutside(a.Value));

    private static bool IsFromOutside(SqlValue value) =>
        value.Kind is SqlValueKind.Parameter or SqlValueKind.Hole || (value.Kind == SqlValueKind.Literal && value.Text.IndexOf(SqlText.Hole) >= 0);

    /// <summary>The unique key of the target that the insert fills with values from the input, as far as the schema is known.</summary>
    public string[]? KnownKey(SqlStatement insert)
    {
        if (insert.Target is not { } target || _engine.Schema.Find(target.Name) is not { } table)
            return null;
        foreach (var key in table.UniqueKeys)
        {
            if (key.Length > 0 && key.All(column => insert.Assignments.Any(a => IsGiven(a, column))))
                return key.ToArray();
        }

        return null;
    }

    private static bool IsGiven(SqlColumnValue assignment, string column) =>
        Guards.SameTable(assignment.Column, column)
        && assignment.Value.Kind is not (SqlValueKind.Random or SqlValueKind.Clock or SqlValueKind.StoreGenerated or SqlValueKind.Null);

    // Whether a transaction covers a call of a body, and from where to where; null where all of the body counts.
    private bool Begins(BodyFacts facts, IOperation site, out TextSpan? reach)
    {
        reach = null;
        for (var parent = site.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IInvocationOperation call && (_engine.Catalog.Means(call.TargetMethod, ApiMeaning.RunsInTransaction) || IsTransactionWrapper(call, site)))
                return true;
        }

        foreach (var begun in facts.Apis)
        {
            if (begun.Api.Meaning != ApiMeaning.BeginTransaction)
                continue;
            var span = ReachOf(begun.Site, facts);
            if (!span.Contains(site.Syntax.SpanStart))
                continue;
            reach = span;
            return true;
        }

        // Begin(); …: a helper before the call begins it and leaves it open in a field.
        if (facts.Calls.Any(call => call.Site.Syntax.Span.End < site.Syntax.SpanStart && _engine.Effects.Of(call.Target) is var effects
            && effects.Meanings.Contains(ApiMeaning.BeginTransaction) && !effects.Meanings.Contains(ApiMeaning.CommitTransaction)))
            return true;

        return facts.Sql.Any(s => s.Site.Syntax.SpanStart <= site.Syntax.SpanStart
            && s.Texts.Any(t => t.Script.Statements.Any(x => x.Kind == SqlStatementKind.Begin)));
    }

    // From the begin to the end of its using, or to the last commit behind it, or to the end of the body or lambda.
    private static TextSpan ReachOf(IOperation begin, BodyFacts facts)
    {
        var start = begin.Syntax.SpanStart;
        if (Operations.Enclosing<IUsingOperation>(begin) is { } used && Operations.Encloses(used.Resources, begin))
            return TextSpan.FromBounds(start, used.Syntax.Span.End);
        var scope = Operations.Enclosing<IUsingDeclarationOperation>(begin)?.Parent ?? (IOperation?)Operations.Enclosing<IAnonymousFunctionOperation>(begin) ?? facts.Root;
        var end = scope.Syntax.Span.End;
        foreach (var commit in facts.Of(ApiMeaning.CommitTransaction))
        {
            if (commit.Site.Syntax.SpanStart > start && commit.Site.Syntax.SpanStart < scope.Syntax.Span.End)
                end = commit.Site.Syntax.Span.End;
        }

        return TextSpan.FromBounds(start, Math.Max(start, end));
    }

    // RunTx(async (connection, transaction) => …): a helper of this compilation that begins, calls what it is handed, and commits.
    private bool IsTransactionWrapper(IInvocationOperation call, IOperation site) =>
        call.Arguments.Any(a => Operations.Encloses(a, site) && a.Value.DescendantsAndSelf().Any(o => o is IAnonymousFunctionOperation lambda && Operations.Encloses(lambda, site)))
        && _engine.Effects.Of(call.TargetMethod) is var effects
        && (effects.Meanings.Contains(ApiMeaning.BeginTransaction) || effects.Meanings.Contains(ApiMeaning.RunsInTransaction) || effects.Statements.Any(s => s.Kind == SqlStatementKind.Begin));

    private static bool TakesTransaction(IMethodSymbol method) =>
        method.Parameters.Any(p => p.Type.Name.EndsWith("Transaction", StringComparison.Ordinal));

    private List<SqlStatement> StatementsFrom(RerunPath path, int first, TextSpan? reach)
    {
        var statements = new List<SqlStatement>();
        for (var i = first; i < path.Steps.Count; i++)
        {
            foreach (var sql in path.Steps[i].Facts.Sql)
            {
                if (IsWithin(sql.Site, i))
                    statements.AddRange(sql.Texts.SelectMany(t => t.Script.Statements));
            }

            foreach (var call in path.Steps[i].Facts.Calls)
            {
                if (!IsWithin(call.Site, i))
                    continue;
                if (i >= path.Sites.Count || call.Site != path.Sites[i])
                    statements.AddRange(_engine.Effects.Of(call.Target).Statements);
            }
        }

        // The method that takes the transaction is one half; its callers here hold the other.
        if (first == path.Steps.Count - 1 && first > 0)
        {
            var caller = path.Steps[first - 1].Facts;
            foreach (var sql in caller.Sql)
                statements.AddRange(sql.Texts.SelectMany(t => t.Script.Statements));
            foreach (var call in caller.Calls)
                statements.AddRange(_engine.Effects.Of(call.Target).Statements);
        }

        return statements;

        bool IsWithin(IOperation site, int step) => step != first || reach is not { } span || span.Contains(site.Syntax.SpanStart);
    }
}
