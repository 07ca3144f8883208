using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Puts a <see cref="ResolvedText"/> together from pieces.</summary>
internal sealed class TextBuilder
{
    private readonly StringBuilder _text = new();
    private readonly ImmutableArray<TextRun>.Builder _runs = ImmutableArray.CreateBuilder<TextRun>();
    private readonly ImmutableArray<IOperation>.Builder _holes = ImmutableArray.CreateBuilder<IOperation>();

    public bool HasKnownText { get; private set; }

    public bool HasHoles => _holes.Count > 0;

    /// <summary>A literal's value, or the part of it that starts at an offset.</summary>
    public void AddLiteral(SyntaxToken token, string value, int offset = 0)
    {
        _runs.Add(new TextRun(_text.Length, value.Length, token, offset));
        AddPlain(value);
    }

    /// <summary>The text of a file, or the part of it that starts at an offset.</summary>
    public void AddFile(SqlFile file, string value, int offset = 0)
    {
        _runs.Add(new TextRun(_text.Length, value.Length, default, offset, file));
        AddPlain(value);
    }

    /// <summary>Text that is known and has no literal of its own here (a constant of another file).</summary>
    public void AddPlain(string value)
    {
        _text.Append(value);
        HasKnownText |= value.Length > 0;
    }

    public void AddHole(IOperation operation)
    {
        _text.Append(SqlText.Hole);
        _holes.Add(operation);
    }

    public void Add(ResolvedText other)
    {
        var offset = _text.Length;
        foreach (var run in other.Runs)
            _runs.Add(run with { Start = run.Start + offset });
        _text.Append(other.Text);
        _holes.AddRange(other.Holes);
        HasKnownText |= other.Text.Length > other.Holes.Length;
    }

    public ResolvedText Build(Location fallback) => new(_text.ToString(), _runs.ToImmutable(), _holes.ToImmutable(), fallback);
}
