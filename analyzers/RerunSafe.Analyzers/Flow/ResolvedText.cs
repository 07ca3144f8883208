using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A run of characters of a text that stands in one literal, or in one file.</summary>
/// <param name="Start">Where the run starts in the text.</param>
/// <param name="Length">Its length in the text.</param>
/// <param name="Token">The literal; default for text that has no place (a constant of another assembly).</param>
/// <param name="Offset">Where the run starts in the literal's value, or in the file.</param>
/// <param name="File">The .sql file; null for a literal.</param>
internal readonly record struct TextRun(int Start, int Length, SyntaxToken Token, int Offset = 0, SqlFile? File = null);

/// <summary>A text as far as it is known, with the places that it comes from.</summary>
internal sealed class ResolvedText
{
    public ResolvedText(string text, ImmutableArray<TextRun> runs, ImmutableArray<IOperation> holes, Location fallback)
    {
        Text = text;
        Runs = runs;
        Holes = holes;
        Fallback = fallback;
    }

    /// <summary>The text; unknown parts are <see cref="SqlText.Hole"/>.</summary>
    public string Text { get; }

    public ImmutableArray<TextRun> Runs { get; }

    /// <summary>What stands in each hole, in order.</summary>
    public ImmutableArray<IOperation> Holes { get; }

    /// <summary>Where to point when the text itself has no place.</summary>
    public Location Fallback { get; }

    /// <summary>The operation behind a hole at this offset, or null.</summary>
    public IOperation? HoleAt(int offset)
    {
        var index = 0;
        for (var i = 0; i < offset && i < Text.Length; i++)
        {
            if (Text[i] == SqlText.Hole)
                index++;
        }

        return index < Holes.Length ? Holes[index] : null;
    }

    /// <summary>The literal that holds the character at an offset; default where it stands in none.</summary>
    public SyntaxToken LiteralAt(int offset)
    {
        foreach (var run in Runs)
        {
            if (offset >= run.Start && offset < run.Start + run.Length)
                return run.Token;
        }

        return default;
    }

    /// <summary>The place of a span of the text in the source; the part that stands in the literal where the span starts.</summary>
    public Location LocationOf(SqlSpan span)
    {
        foreach (var run in Runs)
        {
            if (span.Start < run.Start || span.Start >= run.Start + run.Length || (run.Token.SyntaxTree is null && run.File is null))
                continue;
            var offset = span.Start - run.Start;
            var length = Math.Min(span.Length, run.Length - offset);
            if (run.File is not null)
                return run.File.LocationOf(run.Offset + offset, length);
            return LiteralMap.Locate(run.Token, run.Offset + offset, length);
        }

        return Fallback;
    }
}
