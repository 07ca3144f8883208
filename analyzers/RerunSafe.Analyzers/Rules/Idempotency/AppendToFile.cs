using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1007: records are appended to a file, so that a rerun appends them once more.</summary>
internal sealed class AppendToFile : Rule
{
    public const string Id = "RERUN1007";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A rerun appends to the file once more",
        "{0} runs again when {1} {2}{3} and appends the same records to {4} once more; write a new file and move it over the old one",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "What is appended to a file is there twice after a rerun, and behind a run that broke off nobody can tell where it stopped. A file that is written as a whole and then moved into its place is the same after every run.");

    public override void Check(RuleContext context)
    {
        foreach (var fact in context.Facts.Of(ApiMeaning.AppendsFile))
        {
            if (FilePaths.Of(fact) is { } file)
                Check(context, fact, file);
        }
    }

    private void Check(RuleContext context, ApiFact fact, IOperation file)
    {
        if (IsInCatch(fact.Site) || IsTalk(context.Node.Method, context))
            return;
        var sources = DecisionSources.Of(file, context.Node);
        if (sources.Any(source => IsForPeople(source, context.Names)) || FilePaths.IsOfThisRun(file, sources, context.Node, context.Engine)
            || Contents(fact).Any(content => IsLogLine(content, context))
            || context.Guards.IsGuarded(context.Node, fact.Site, "") || AsksForFile(context.Facts, fact.Site, file) || IsAskedFor(context, context.Node, fact.Site))
            return;
        var way = RerunPaths.WayTo(context.Node, (caller, site) => IsInCatch(site) || IsAskedFor(context, caller, site) || context.Guards.IsGuarded(caller, site, ""));
        if (way is not { } path || path.Steps.Any(step => IsStartedAnew(step.Facts, fact, file, sources)))
            return;
        context.Report(
            Info, fact.Site.Syntax.GetLocation(), path, fact.Site, isHint: false, null,
            fact.Name, path.RootName, path.Root.RunsAgain, path.Way, NameOf(file, fact));
    }

    private static bool IsInCatch(IOperation site) => Operations.Enclosing<ICatchClauseOperation>(site) is not null;

    // A helper that writes a log, or the failed records, by its own name.
    private static bool IsTalk(IMethodSymbol method, RuleContext context) =>
        IsForPeople(method.Name, context.Names) || (context.Node.Root is null && method.ContainingType is { } type && IsForPeople(type.Name, context.Names));

    private static bool IsForPeople(IOperation source, NameCatalog names)
    {
        if (source.ConstantValue is not { HasValue: true, Value: string text })
            return IsForPeople(BodyIndex.SymbolOf(source)?.Name, names) || (source is IInvocationOperation call && IsForPeople(call.TargetMethod.Name, names));
        foreach (var part in text.Split('/', '\\'))
        {
            var dot = part.LastIndexOf('.');
            if (IsForPeople(dot > 0 ? part.Substring(0, dot) : part, names) || (dot >= 0 && names.Is(part.Substring(dot + 1), NameMeaning.LogPath)))
                return true;
        }

        return false;
    }

    private static bool IsForPeople(string? name, NameCatalog names) =>
        names.Is(name, NameMeaning.LogPath) || names.Is(name, NameMeaning.LogMember) || names.Is(name, NameMeaning.TemporaryPath)
        || names.Is(name, NameMeaning.DeadLetter) || names.Is(name, NameMeaning.FailureRecord);

    // What is written: the argument, or what the writer that was opened here is given.
    private static IEnumerable<IOperation> Contents(ApiFact fact)
    {
        if (fact.Api.Values.Length > 0 && Operations.ArgumentNamed(fact.Site, fact.Api.Values) is { } content)
            return [content];
        for (var parent = fact.Site.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IVariableDeclaratorOperation declarator)
                return BodyIndex.Of(fact.Site).Touching(declarator.Symbol).OfType<IInvocationOperation>().SelectMany(call => call.Arguments);
            if (parent is IBlockOperation)
                break;
        }

        return [];
    }

    // $"{DateTime.Now}: {message}": a line that says when is a log's. What a person types is new each time.
    private static bool IsLogLine(IOperation content, RuleContext context) =>
        DecisionSources.Of(content, context.Node).Any(source =>
            Operations.MemberOf(source) is { } member && context.Engine.Catalog.Means(member, ApiMeaning.Clock)
            || IsException(source.Type)
            || IsTyped(source, context.Engine.Catalog)
            || context.Names.IsAny(BodyIndex.SymbolOf(source)?.Name, NameMeaning.LogMember, NameMeaning.LogPath));

    private static bool IsException(ITypeSymbol? type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }

        return false;
    }

    // The same file is deleted, written as a whole, moved away or read somewhere on the way: what is in it is known.
    private static bool IsStartedAnew(BodyFacts facts, ApiFact append, IOperation file, IReadOnlyCollection<IOperation> sources)
    {
        foreach (var other in facts.Apis)
        {
            if (other.Site == append.Site
                || other.Api.Meaning is not (ApiMeaning.WritesFile or ApiMeaning.Overwrite or ApiMeaning.MovesFile or ApiMeaning.Removes or ApiMeaning.ReadsFile)
                || facts.Apis.Any(f => f.Site == other.Site && f.Api.Meaning == ApiMeaning.AppendsFile)
                || IsForNewFile(facts, other, file)
                || other.Site is not (IInvocationOperation or IObjectCreationOperation))
                continue;
            var arguments = other.Site is IInvocationOperation call ? call.Arguments : ((IObjectCreationOperation)other.Site).Arguments;

            // The name may come from what was read; then it is another file that was read.
            if (arguments.Any(argument => other.Api.Meaning == ApiMeaning.ReadsFile ? FilePaths.IsSame(file, argument.Value) : IsNamedBy(sources, argument.Value)))
                return true;
        }

        return false;
    }

    // if (!File.Exists(path)) File.WriteAllText(path, header): what a run before has appended stays.
    private static bool IsForNewFile(BodyFacts facts, ApiFact write, IOperation file) =>
        write.Api.Meaning is ApiMeaning.WritesFile or ApiMeaning.Overwrite && AsksForFile(facts, write.Site, file)
        && Operations.Enclosing<IConditionalOperation>(write.Site) is { WhenTrue: var whenTrue } choice && Operations.Encloses(whenTrue, write.Site)
        && Operations.Unwrap(choice.Condition) is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } or IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals };

    // if (File.Exists(path)) return;
    private static bool AsksForFile(BodyFacts facts, IOperation site, IOperation file) =>
        facts.Flow.Deciders(site).Any(decider => decider.DescendantsAndSelf().OfType<IInvocationOperation>()
            .Any(call => call.Arguments.Any(argument => FilePaths.IsSame(file, argument.Value))));

    // A person at the console decides; the next run asks again.
    private static bool IsAskedFor(RuleContext context, ReachNode node, IOperation site) =>
        node.Facts.Flow.Deciders(site).Any(decider => DecisionSources.Of(decider, node).Any(source => IsTyped(source, context.Engine.Catalog)));

    private static bool IsTyped(IOperation source, ApiCatalog catalog) =>
        source is IInvocationOperation call && catalog.Means(call.TargetMethod, ApiMeaning.AsksOperator);

    private static bool IsNamedBy(IReadOnlyCollection<IOperation> sources, IOperation argument) =>
        argument.Type?.SpecialType == SpecialType.System_String && sources.Any(source => FilePaths.IsSame(source, argument));

    private static string NameOf(IOperation file, ApiFact fact)
    {
        if (fact.Api.Argument == "receiver")
            return "it";
        return Operations.Unwrap(file).ConstantValue is { HasValue: true, Value: string text } ? $"\"{text}\"" : BodyIndex.SymbolOf(file)?.Name ?? "the file";
    }
}
