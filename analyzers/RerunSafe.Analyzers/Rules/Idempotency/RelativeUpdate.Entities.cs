using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>The part about loaded entities: order.Paid += amount before the unit of work is saved.</summary>
internal sealed partial class RelativeUpdate
{
    private void CheckEntities(RuleContext context)
    {
        if (context.Facts.Changes.Count == 0 && context.Facts.Calls.Count == 0)
            return;
        var changes = new EntityChanges(context.Engine, context.Node);
        if (changes.IsEmpty || context.Way() is not { } path)
            return;
        foreach (var change in changes.FindOn(path))
        {
            if (!context.Claim(change.Site))
                continue;
            context.Report(
                Info, change.Site.Syntax.GetLocation(), path, change.Site, isHint: false, null,
                SourceWords.OneLine(change.Site.Syntax.ToString()), path.RootName, path.Root.RunsAgain, path.Way, change.Property.ContainingType.Name + "." + change.Property.Name);
        }
    }
}
