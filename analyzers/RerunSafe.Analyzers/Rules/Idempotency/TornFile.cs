using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1008: a file is overwritten in its place, so that a run that breaks off leaves a part of it.</summary>
internal sealed class TornFile : Rule
{
    public const string Id = "RERUN1008";

    /// <summary>Diagnostic property, for the code fix: the path's parameter.</summary>
    public const string PathProperty = "Path";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A file is overwritten in its place",
        "{0} overwrites {1} in place: a run that breaks off leaves {2} until {3} {4}{5}, and readers may take it for the whole; write a temporary file beside it and move it over with File.Move(…, overwrite: true)",
        Categories.Idempotency,
        DiagnosticSeverity.Info,
        "A file that is written in place is a part of itself from the first byte to the last. Written beside its place and moved over, it is the old one or the new one at any time, whenever the run breaks off.");

    public override void Check(RuleContext context)
    {
        foreach (var fact in context.Facts.Of(ApiMeaning.OverwritesFile))
        {
            if (FilePaths.Of(fact) is { } file)
                Check(context, fact, file);
        }
    }

    private void Check(RuleContext context, ApiFact fact, IOperation file)
    {
        if (Operations.Enclosing<ICatchClauseOperation>(fact.Site) is not null || IsAlsoAppended(context.Facts, fact) || IsAside(context.Node.Method, context.Names))
            return;
        var sources = DecisionSources.Of(file, context.Node);
        if (sources.Any(source => IsScratch(source, context.Names)) || IsEdited(fact, file) || FilePaths.IsOfThisRun(file, sources, context.Node, context.Engine) || IsUsedLater(context, fact, file))
            return;
        if (context.Way() is not { } path || IsMovedBehind(path, file) || IsKept(fact, file) || !context.Claim(fact.Site))
            return;
        var keepsTail = context.Facts.Of(ApiMeaning.KeepsTail).Any(other => other.Site == fact.Site);
        context.Report(
            Info, fact.Site.Syntax.GetLocation(), path, fact.Site, isHint: false,
            ImmutableDictionary<string, string?>.Empty.Add(PathProperty, fact.Api.Values.Length > 0 ? fact.Api.Argument : null),
            fact.Name, NameOf(file), keepsTail ? "the old tail or half a file" : "half a file", path.RootName, path.Root.RunsAgain, path.Way);
    }

    private static bool IsAlsoAppended(BodyFacts facts, ApiFact fact) =>
        facts.Apis.Any(other => other.Site == fact.Site && other.Api.Meaning == ApiMeaning.AppendsFile);

    private static bool IsScratch(IOperation source, NameCatalog names)
    {
        if (source.ConstantValue is not { HasValue: true, Value: string text })
            return IsScratch(BodyIndex.SymbolOf(source)?.Name, names) || (source.Type?.SpecialType == SpecialType.System_String && names.Is(BodyIndex.SymbolOf(source)?.Name, NameMeaning.SetUpFile)) || (source is IInvocationOperation call && IsScratch(call.TargetMethod.Name, names));
        // "Settings:OutFile" is a key under which the path is looked up.
        if (text.IndexOf(':') < 0 && IsSetUp(text, names))
            return true;
        foreach (var part in text.Split('/', '\\', '.'))
        {
            if (IsScratch(part, names))
                return true;
        }

        return false;
    }

    // key.pem, global.json, docker/compose.yml: by the file's name or its ending.
    private static bool IsSetUp(string path, NameCatalog names)
    {
        var file = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        return names.Is(file.Replace('.', '_'), NameMeaning.SetUpFile) || file.Split('.').Any(part => names.Is(part, NameMeaning.SetUpFile));
    }

    private static bool IsScratch(string? name, NameCatalog names) =>
        names.IsAny(name, NameMeaning.ScratchPath, NameMeaning.TemporaryPath) || IsForPeople(name, names);

    // What writes logs, caches, dumps or set-up files, by its name or its type's: DockerComposeBuilder.Build, FillCache.
    private static bool IsAside(IMethodSymbol method, NameCatalog names) =>
        IsForPeople(method.Name, names) || names.IsAny(method.Name, NameMeaning.ScratchPath, NameMeaning.SetUpFile)
        || names.Is(method.ContainingType?.Name, NameMeaning.SetUpFile);

    // foreach (var path in paths) { var text = File.ReadAllText(path); …; File.WriteAllText(path, text); }: a tool edits files that somebody keeps.
    private static bool IsEdited(ApiFact fact, IOperation file) =>
        BodyIndex.SymbolOf(file) is ILocalSymbol path && Operations.Enclosing<IForEachLoopOperation>(fact.Site) is { } loop && loop.Locals.Contains(path, SymbolEqualityComparer.Default)
        && BodyIndex.Of(fact.Site).Touching(path).Any(use => use.Syntax.SpanStart < fact.Site.Syntax.SpanStart
            && use is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var read } } && read.Name.StartsWith("ReadAll", StringComparison.Ordinal) && Operations.IsInSystem(read.ContainingType));

    private static bool IsForPeople(string? name, NameCatalog names) =>
        names.IsAny(name, NameMeaning.LogPath, NameMeaning.LogMember) || names.IsAny(name, NameMeaning.DeadLetter, NameMeaning.FailureRecord);

    // Moved, uploaded, attached, deleted, opened by another program, handed back: the file is a step, and its path goes on.
    private static bool IsUsedLater(RuleContext context, ApiFact fact, IOperation file)
    {
        if (BodyIndex.SymbolOf(file) is not { } symbol)
            return false;
        foreach (var use in BodyIndex.Of(fact.Site).Touching(symbol))
        {
            if (use is IArgumentOperation { Parent: IInvocationOperation or IObjectCreationOperation } argument && argument.Syntax.SpanStart > fact.Site.Syntax.Span.End
                && !(argument.Parent is IInvocationOperation call && (FailureHandling.IsTalk(call.TargetMethod, context.Engine) || context.Engine.Catalog.Means(call.TargetMethod, ApiMeaning.OverwritesFile))))
                return true;
        }

        return symbol is ILocalSymbol or IParameterSymbol && context.Engine.ReturnedBy(context.Node.Method)
            .Any(value => value.DescendantsAndSelf().Any(o => o.Syntax.SpanStart > fact.Site.Syntax.Span.End && Operations.SameSymbol(BodyIndex.SymbolOf(o), symbol)));
    }

    // new Post { Attachment = path }: the path goes on with the object.
    private static bool IsKept(ApiFact fact, IOperation file) =>
        BodyIndex.SymbolOf(file) is ILocalSymbol path && Operations.RootOf(fact.Site).Descendants().Any(o =>
            o is ISimpleAssignmentOperation { Target: IMemberReferenceOperation, Value: var value } && o.Syntax.SpanStart > fact.Site.Syntax.Span.End && Operations.SameSymbol(BodyIndex.SymbolOf(value), path));

    // A caller moves what it had written: Write(temporary); File.Move(temporary, final). Here, a constant path is moved.
    private static bool IsMovedBehind(RerunPath path, IOperation file)
    {
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var written = i < path.Sites.Count ? ArgumentsOf(path.Sites[i]) : [file];
            foreach (var moved in path.Steps[i].Facts.Of(ApiMeaning.MovesFile))
            {
                var target = FilePaths.Of(moved);
                if (ArgumentsOf(moved.Site).Any(argument => argument != target && written.Any(w => w.Type?.SpecialType == SpecialType.System_String && FilePaths.IsSame(w, argument))))
                    return true;
            }
        }

        return false;
    }

    private static IEnumerable<IOperation> ArgumentsOf(IOperation site) =>
        site switch
        {
            IInvocationOperation call => call.Arguments.Select(a => a.Value),
            IObjectCreationOperation creation => creation.Arguments.Select(a => a.Value),
            _ => [],
        };

    private static string NameOf(IOperation file) =>
        Operations.Unwrap(file).ConstantValue is { HasValue: true, Value: string text } ? $"\"{text}\"" : BodyIndex.SymbolOf(file) is { } symbol ? $"'{symbol.Name}'" : "the file";
}
