using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A .sql file among the compiler's additional files.</summary>
internal sealed class SqlFile(string path, SourceText source)
{
    /// <summary>Longer files are dumps, not statements that code runs.</summary>
    public const int MaxLength = 200_000;

    private string? _text;

    public string Path { get; } = path;

    public string Text => _text ??= source.ToString();

    public Location LocationOf(int start, int length)
    {
        start = Math.Min(start, source.Length);
        var span = new TextSpan(start, Math.Min(length, source.Length - start));
        return Location.Create(Path, span, source.Lines.GetLinePositionSpan(span));
    }
}
