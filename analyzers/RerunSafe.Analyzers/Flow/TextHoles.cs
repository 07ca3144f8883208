using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Turns parts of a known text into holes: string.Format placeholders, replaced tokens.</summary>
internal static class TextHoles
{
    public static ResolvedText ForPlaceholders(ResolvedText text, Func<int, IOperation> filler)
    {
        var cuts = new List<(int Start, int Length)>();
        var fillers = new List<IOperation>();
        for (var i = 0; i < text.Text.Length; i++)
        {
            if (text.Text[i] != '{')
                continue;
            var end = text.Text.IndexOf('}', i);
            if (end > i + 1 && char.IsDigit(text.Text[i + 1]))
            {
                var digits = i + 1;
                while (char.IsDigit(text.Text[digits]))
                    digits++;
                cuts.Add((i, end - i + 1));
                fillers.Add(filler(int.TryParse(text.Text.Substring(i + 1, digits - i - 1), out var index) ? index : int.MaxValue));
                i = end;
            }
        }

        return Cut(text, cuts, fillers);
    }

    public static ResolvedText ForOccurrences(ResolvedText text, string old, IOperation filler)
    {
        var cuts = new List<(int Start, int Length)>();
        for (var i = text.Text.IndexOf(old, StringComparison.Ordinal); i >= 0; i = text.Text.IndexOf(old, i + old.Length, StringComparison.Ordinal))
        {
            // White space, quotes and the like only tidy the text up; a token stands for something.
            if (!old.Any(char.IsLetterOrDigit))
                return text;
            cuts.Add((i, old.Length));
        }

        return Cut(text, cuts, cuts.ConvertAll(_ => filler));
    }

    /// <summary>The text with other texts in some of its holes; a null leaves the hole.</summary>
    public static ResolvedText Fill(ResolvedText text, Func<IOperation, ResolvedText?> filling)
    {
        if (text.Holes.IsEmpty)
            return text;
        var fillings = text.Holes.Select(filling).ToList();
        if (fillings.All(f => f is null))
            return text;
        var builder = new TextBuilder();
        var at = 0;
        for (var i = 0; i < text.Holes.Length; i++)
        {
            var hole = text.Text.IndexOf(Sql.SqlText.Hole, at);
            if (hole < 0)
                break;
            var none = i;
            Copy(text, at, hole, builder, ref none);
            if (fillings[i] is { } known)
                builder.Add(known);
            else
                builder.AddHole(text.Holes[i]);
            at = hole + 1;
        }

        var rest = text.Holes.Length;
        Copy(text, at, text.Text.Length, builder, ref rest);
        return builder.Build(text.Fallback);
    }

    private static ResolvedText Cut(ResolvedText text, List<(int Start, int Length)> cuts, List<IOperation> fillers)
    {
        if (cuts.Count == 0)
            return text;
        var builder = new TextBuilder();
        var hole = 0;
        var at = 0;
        for (var i = 0; i < cuts.Count; i++)
        {
            Copy(text, at, cuts[i].Start, builder, ref hole);
            builder.AddHole(fillers[i]);
            at = cuts[i].Start + cuts[i].Length;
        }

        Copy(text, at, text.Text.Length, builder, ref hole);
        return builder.Build(text.Fallback);
    }

    private static void Copy(ResolvedText text, int from, int to, TextBuilder builder, ref int hole)
    {
        while (from < to)
        {
            if (text.Text[from] == Sql.SqlText.Hole && hole < text.Holes.Length)
            {
                builder.AddHole(text.Holes[hole++]);
                from++;
                continue;
            }

            var end = text.Text.IndexOf(Sql.SqlText.Hole, from);
            end = end < 0 || end > to ? to : end;

            var run = text.Runs.FirstOrDefault(r => r.Start <= from && from < r.Start + r.Length);
            if (run.File is not null)
            {
                end = Math.Min(end, run.Start + run.Length);
                builder.AddFile(run.File, text.Text.Substring(from, end - from), run.Offset + from - run.Start);
            }
            else if (run.Token.SyntaxTree is not null)
            {
                end = Math.Min(end, run.Start + run.Length);
                builder.AddLiteral(run.Token, text.Text.Substring(from, end - from), run.Offset + from - run.Start);
            }
            else
            {
                end = text.Runs.Where(r => r.Start > from).Select(r => r.Start).Append(end).Min();
                builder.AddPlain(text.Text.Substring(from, end - from));
            }

            from = end;
        }
    }
}
