using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules;

/// <summary>One body on a rerun path, and what a rule needs to judge it.</summary>
internal sealed class RuleContext
{
    private readonly Action<Diagnostic> _report;
    private readonly HashSet<(string Id, Location Place)> _reported;
    private readonly HashSet<object> _claimed;
    private RerunPath? _way;
    private bool _hasWay;

    public RuleContext(
        Engine engine, ReachNode node, bool isLive, Action<Diagnostic> report, HashSet<(string Id, Location Place)> reported, HashSet<object> claimed)
    {
        Engine = engine;
        Node = node;
        IsLive = isLive;
        Guards = new Guards(engine);
        Transactions = new Transactions(engine);
        _report = report;
        _reported = reported;
        _claimed = claimed;
    }

    public Engine Engine { get; }

    public ReachNode Node { get; }

    public BodyFacts Facts => Node.Facts;

    public NameCatalog Names => Engine.Catalog.Names;

    public Guards Guards { get; }

    public Transactions Transactions { get; }

    /// <summary>Reported while typing, as opposed to at the end of a build.</summary>
    public bool IsLive { get; }

    /// <summary>The writes that a rule already spoke about wherever they are called from; null where there are none yet.</summary>
    public ConcurrentDictionary<object, bool>? ClaimedEverywhere { get; init; }

    /// <summary>For a rule that speaks everywhere: the body is on a rerun path of its own file.</summary>
    public bool IsOnPath { get; init; }

    /// <summary>A way from an entry point to this body on which nothing guards the table; null where every way is guarded.</summary>
    public RerunPath? UnguardedWay(string table) =>
        RerunPaths.WayTo(Node, (caller, site) => Guards.IsGuarded(caller, site, table));

    /// <summary>The shortest way from an entry point to this body.</summary>
    public RerunPath? Way()
    {
        if (!_hasWay)
        {
            _way = RerunPaths.WayTo(Node, static (_, _) => false);
            _hasWay = true;
        }

        return _way;
    }

    /// <summary>The statements that the body runs, without those whose text tells a rule to be silent about them.</summary>
    public IEnumerable<SqlUse> Statements(string rule)
    {
        foreach (var use in Facts.Statements())
        {
            if (!IsIgnored(rule, use.Text, use.Statement))
                yield return use;
        }
    }

    /// <summary>A comment in the text tells a rule to be silent about the statement. A rule that claims statements asks behind the claim: what is ignored is no other rule's either.</summary>
    public static bool IsIgnored(string rule, ResolvedSql text, SqlStatement statement) => text.Script.Ignores.Covers(rule, statement.Span, statement.HeadSpan);

    /// <summary>One diagnostic per write: the first (most specific) rule that claims a statement speaks.</summary>
    public bool Claim(SqlStatement statement) => AddClaim(statement);

    /// <summary>The same for a write that is no SQL: the operation that makes it.</summary>
    public bool Claim(IOperation write) => AddClaim(write);

    private bool AddClaim(object write) => ClaimedEverywhere?.ContainsKey(write) != true && _claimed.Add(write);

    public void Report(
        RuleInfo rule, Location place, RerunPath path, IOperation site, bool isHint, ImmutableDictionary<string, string?>? properties, params object[] arguments)
    {
        // Whether an aggregator of the project's own ever hands the same message out twice is not to be seen; that it hands it out once is.
        if (path.Root != HandlerConvention.Subscribed || rule.Live.Category == Categories.DeadLetters)
            Report(rule, place, path.Sites, site, isHint || HandlerConvention.IsKnownByNames(path.Root), properties, arguments);
    }

    /// <summary>What is wrong wherever the body is called from.</summary>
    public void Report(RuleInfo rule, Location place, IOperation site, bool isHint, params object[] arguments) =>
        Report(rule, place, [], site, isHint, null, arguments);

    /// <summary>The same with what a code fix has to know.</summary>
    public void Report(RuleInfo rule, Location place, IOperation site, bool isHint, ImmutableDictionary<string, string?> properties, params object[] arguments) =>
        Report(rule, place, [], site, isHint, properties, arguments);

    private void Report(
        RuleInfo rule, Location place, IReadOnlyList<IOperation> sites, IOperation site, bool isHint, ImmutableDictionary<string, string?>? properties, object[] arguments)
    {
        // A live diagnostic belongs to the file that is being analysed; a text from another file is named at its use.
        if (place.Kind != LocationKind.ExternalFile && (place.SourceTree is null || (IsLive && place.SourceTree != site.Syntax.SyntaxTree)))
            place = site.Syntax.GetLocation();
        if (!_reported.Add((rule.Id, place)))
            return;
        var way = sites.Select(s => s.Syntax.GetLocation());
        if (place != site.Syntax.GetLocation())
            way = way.Concat([site.Syntax.GetLocation()]);
        _report(Diagnostic.Create(rule.Choose(IsLive, isHint), place, way, properties, arguments));
    }
}
