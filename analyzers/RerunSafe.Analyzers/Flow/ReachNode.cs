using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A body that a rerun reaches.</summary>
internal sealed class ReachNode
{
    public ReachNode(IMethodSymbol method, BodyFacts facts)
    {
        Method = method;
        Facts = facts;
    }

    public IMethodSymbol Method { get; }

    public BodyFacts Facts { get; }

    /// <summary>The entry point that this body is; null for a body that is only called.</summary>
    public RootEntry? Root { get; set; }

    /// <summary>The entry point's name for messages: "OrderConsumer.Consume".</summary>
    public string RootName { get; set; } = "";

    /// <summary>What it calls lies beyond the longest way that is followed.</summary>
    public bool IsTooDeep { get; set; }

    /// <summary>The records that its loops, lambdas and the body as a whole work on, as far as somebody has asked; null where there is none, or where that is being found out.</summary>
    public Dictionary<IOperation, RecordScope?> Scopes { get; } = [];

    /// <summary>Its typed appends that nothing guards; default until somebody asks.</summary>
    public ImmutableArray<AppendVerdict> AppendVerdicts { get; set; }

    /// <summary>The calls that lead here.</summary>
    public List<(ReachNode Caller, IOperation Site)> Callers { get; } = [];
}

/// <summary>A way from an entry point to a body.</summary>
/// <param name="Steps">From the root to the body, both included.</param>
/// <param name="Sites">The calls between them, one less than the steps.</param>
internal sealed record RerunPath(IReadOnlyList<ReachNode> Steps, IReadOnlyList<IOperation> Sites)
{
    public RootEntry Root => Steps[0].Root!;

    public string RootName => Steps[0].RootName;

    /// <summary>Where a step does its part of the way: the call to the next step, in the last one the operation that the way leads to.</summary>
    public IOperation SiteAt(int step, IOperation last) => step < Sites.Count ? Sites[step] : last;

    /// <summary>"" for the root itself, else " (Consume → OrderStore.Save)".</summary>
    public string Way
    {
        get
        {
            if (Steps.Count < 2)
                return "";
            var names = new List<string> { Steps[0].Method.MethodKind == MethodKind.AnonymousFunction ? "handler" : Short(Steps[0].Method) };
            for (var i = 1; i < Steps.Count; i++)
            {
                var method = Steps[i].Method;
                names.Add(method.MethodKind == MethodKind.Constructor || Operations.SameSymbol(method.ContainingType, Steps[i - 1].Method.ContainingType) ? Short(method) : method.ContainingType.Name + "." + Short(method));
            }

            return " (" + string.Join(" → ", names) + ")";
        }
    }

    private static string Short(IMethodSymbol method) => method.MethodKind switch
    {
        MethodKind.Constructor => "new " + method.ContainingType.Name,
        MethodKind.PropertyGet or MethodKind.PropertySet => method.AssociatedSymbol!.Name,
        _ => method.Name,
    };
}
