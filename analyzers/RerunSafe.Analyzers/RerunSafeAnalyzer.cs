using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RerunSafe.Analyzers.Rules;

namespace RerunSafe.Analyzers;

/// <summary>
/// The one analyzer: it builds the engine for a compilation, finds the bodies on rerun paths, and puts every rule's
/// question to their facts. Files are analysed as the compiler hands over their models; what only the whole call graph
/// shows follows at the end of the compilation.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RerunSafeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        AllRules.Descriptors.ToImmutableArray();

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        var analysis = new CompilationAnalysis(context.Compilation, context.Options, context.CancellationToken);
        context.RegisterSemanticModelAction(analysis.AnalyzeFile);
        context.RegisterCompilationEndAction(analysis.AnalyzeCallGraph);
    }
}
