using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Rules.Toolkit;

namespace RerunSafe.Analyzers;

/// <summary>A problem of a user's catalogue file with its place in that file.</summary>
internal sealed class CatalogFileProblem
{
    private readonly string _path;
    private readonly TextSpan _span;
    private readonly LinePositionSpan _lines;
    private readonly CatalogProblem _problem;

    public CatalogFileProblem(string path, SourceText text, CatalogProblem problem)
    {
        _path = path;
        _span = new TextSpan(problem.Start, problem.Length);
        _lines = text.Lines.GetLinePositionSpan(_span);
        _problem = problem;
    }

    /// <summary>The file, as the compiler names it.</summary>
    public string Path => _path;

    public Diagnostic ToDiagnostic() => Diagnostic.Create(
        CatalogFileRule.Info.Live,
        Location.Create(_path, _span, _lines),
        System.IO.Path.GetFileName(_path),
        _lines.Start.Line + 1,
        _problem.Wrong,
        _problem.Cure);
}
