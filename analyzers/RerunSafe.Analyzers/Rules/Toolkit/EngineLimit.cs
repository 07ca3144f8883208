using System.Globalization;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Toolkit;

/// <summary>RERUN0003: the engine stopped reading, so that silence behind this place means nothing.</summary>
internal sealed class EngineLimit : Rule
{
    public const string Id = "RERUN0003";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Not everything behind this member was read",
        "{0} is read in part only: {1}, and nothing behind that is checked; {2}",
        Categories.Toolkit,
        DiagnosticSeverity.Info,
        "Bodies of extreme size and very long ways are cut off, so that a build ends. What was not read is not known to survive a rerun.",
        isEnabledByDefault: false);

    public override void Check(RuleContext context)
    {
        if (context.Facts.IsCut)
            Report(context, string.Format(CultureInfo.InvariantCulture, "it has more than {0:N0} operations", FactCollector.MaxOperations), "split it, or write what it does as data");
        if (context.Node.IsTooDeep)
            Report(context, $"what it calls is more than {RerunPaths.MaxDepth} calls away from an entry point", "mark a member on the way with [RerunPath]");
    }

    private void Report(RuleContext context, string why, string cure)
    {
        var method = context.Node.Method;
        if (method.Locations.FirstOrDefault(l => l.IsInSource) is { } place && context.Way() is { } path)
            context.Report(Info, place, path, context.Facts.Root, isHint: false, null, method.Name == Sketcher.TopLevelName ? "The program" : $"{method.ContainingType.Name}.{method.Name}", why, cure);
    }
}
