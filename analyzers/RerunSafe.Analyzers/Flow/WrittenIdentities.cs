using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>An identity of something written that differs on every run.</summary>
/// <param name="Noun">What is written: the entity's name, "" where it does not show.</param>
/// <param name="Key">The member or argument that is the identity.</param>
/// <param name="Writer">The call that writes, for messages.</param>
/// <param name="Source">Where the value is drawn.</param>
/// <param name="Made">The object that carries it, where one does.</param>
/// <param name="IsWeak">Whether anybody relies on the identity does not show.</param>
internal sealed record WrittenIdentity(string Noun, string Key, string Writer, IOperation Source, MadeObject? Made, bool IsWeak)
{
    /// <summary>Each run of a schedule may mean to leave one of its own; each delivery of a record does not.</summary>
    public bool IsPerRun { get; init; }

    /// <summary>The call of the body that hands it in, where its callers differ.</summary>
    public IOperation? Through { get; init; }
}

/// <summary>Finds random identities in what typed APIs write: an entity's key, a document's id, an object's name, a message's id.</summary>
internal sealed class WrittenIdentities
{
    private readonly Engine _engine;
    private readonly UnstableValues _random;
    private readonly UnstableValues _clock;

    public WrittenIdentities(Engine engine)
    {
        _engine = engine;
        _random = new UnstableValues(engine, ApiMeaning.Random);
        _clock = new UnstableValues(engine, ApiMeaning.Clock);
    }

    public IEnumerable<WrittenIdentity> Of(ApiFact fact, ReachNode node) => fact.Api.Meaning switch
    {
        ApiMeaning.Append or ApiMeaning.Upsert => OfObjects(fact, node),
        ApiMeaning.Effect => OfMessage(fact, node),
        ApiMeaning.NamesObject or ApiMeaning.WritesFile or ApiMeaning.OverwritesFile => OfName(fact, node),
        _ => [],
    };

    /// <summary>What a write is handed: the catalogue's argument, or the first one.</summary>
    public static IOperation? ArgumentOf(ApiFact fact)
    {
        if (fact.Api.Argument.Length > 0)
            return Operations.ArgumentNamed(fact.Site, fact.Api.Argument);
        return fact.Site is IInvocationOperation call
            ? call.Arguments.FirstOrDefault(a => !(call.TargetMethod.IsExtensionMethod && a.Parameter?.Ordinal == 0))?.Value
            : null;
    }

    private IEnumerable<WrittenIdentity> OfObjects(ApiFact fact, ReachNode node)
    {
        if (ArgumentOf(fact) is not { } argument || argument.Type?.SpecialType == SpecialType.System_String)
            yield break;
        foreach (var made in new MadeObjects(_engine).Of(argument, node))
        {
            if (made.Type is not { } type || KeyMembers.HasOtherUniqueKey(type))
                continue;
            foreach (var key in KeyMembers.Of(type))
            {
                if (made.ValueOf(key) is not { } given)
                    continue;
                var source = _random.Behind(given.Value, given.Node) ?? _clock.Behind(given.Value, given.Node);
                if (source is null)
                    continue;
                var noun = type.IsAnonymousType ? "" : KeyMembers.NounOf(type.Name);
                yield return new WrittenIdentity(noun, noun.Length == 0 ? key : noun + "." + key, fact.Name, source, made, IsWeak: false);
                break;
            }
        }
    }

    // A broker's or a consumer's duplicate detection goes by the message's id, where there is one.
    private IEnumerable<WrittenIdentity> OfMessage(ApiFact fact, ReachNode node)
    {
        if (fact.Site is not IInvocationOperation call)
            yield break;
        foreach (var argument in call.Arguments)
        {
            foreach (var made in new MadeObjects(_engine).Of(argument.Value, node))
            {
                if (made.ValueOf("MessageId") is { } given && _random.Behind(given.Value, given.Node) is { } source)
                    yield return new WrittenIdentity("", "MessageId", fact.Name, source, made, IsWeak: true);
            }
        }
    }

    // What each run leaves for itself (a backup, a log) has a name of its own by design.
    private IEnumerable<WrittenIdentity> OfName(ApiFact fact, ReachNode node)
    {
        if (ArgumentOf(fact) is not { } name)
            yield break;
        foreach (var (view, through) in CallerViews.Of(node, name))
        {
            var random = _random.Behind(name, view);
            var source = random ?? (_clock.Behind(name, view) is { } clock && ClockValues.ShowsTimeOfDay(name, view, clock) ? clock : null);
            if (source is not null && !SaysTemporary(name, view) && IsWritten(fact, node) && !(IsFile(fact) && IsTakenAway(node)))
                yield return new WrittenIdentity("", "name", fact.Name, source, null, IsWeak: false) { IsPerRun = random is null || IsFile(fact), Through = through };
        }
    }

    private static bool IsFile(ApiFact fact) => fact.Api.Meaning is ApiMeaning.WritesFile or ApiMeaning.OverwritesFile;

    // A file that the same body moves or deletes was a step on the way.
    private static bool IsTakenAway(ReachNode node) => node.Facts.Apis.Any(f => f.Api.Meaning is ApiMeaning.Removes or ApiMeaning.MovesFile);

    private bool SaysTemporary(IOperation name, ReachNode node) =>
        DecisionSources.Of(name, node).Any(part =>
            (part.ConstantValue is { HasValue: true, Value: string text } ? text : BodyIndex.SymbolOf(part)?.Name ?? Operations.MemberOf(part)?.Name) is { } said
            && (_engine.Catalog.Names.IsAny(said, NameMeaning.TemporaryPath, NameMeaning.LogPath) || _engine.Catalog.Names.IsAny(said, NameMeaning.OwnCopyPath, NameMeaning.ScratchPath)
                || _engine.Catalog.Names.IsAny(said, NameMeaning.DeadLetter, NameMeaning.FailureRecord) || said is "GetTempPath" or "GetRandomFileName" or "GetTempFileName"));

    /// <summary>The object of this name is written here: a handle by itself writes nothing.</summary>
    public bool IsWritten(ApiFact fact, ReachNode node)
    {
        if (IsFile(fact) || _engine.Catalog.Means(fact.Member, ApiMeaning.Upsert))
            return true;
        return node.Facts.Of(ApiMeaning.Upsert).Any(u => u.Site is IInvocationOperation { Instance: { } handle }
            && (Operations.Unwrap(handle) == fact.Site
                || (Operations.Unwrap(handle) is ILocalReferenceOperation local && Locals.ValuesOf(local.Local, local).Any(v => Operations.Encloses(v, fact.Site) || Operations.Unwrap(v) == fact.Site))));
    }
}
