namespace RerunSafe.Analyzers.Rules;

/// <summary>A question to the facts of one body on a rerun path.</summary>
internal abstract class Rule
{
    public abstract RuleInfo Info { get; }

    /// <summary>Asks the question of a body and reports what it finds.</summary>
    public abstract void Check(RuleContext context);
}
