using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Maps an offset in a literal's value back into the literal's source, over escapes and raw-string indentation.</summary>
internal static class LiteralMap
{
    public static Location Locate(SyntaxToken token, int offset, int length)
    {
        var start = Map(token, offset);
        var end = length <= 0 ? start : Map(token, offset + length - 1) + 1;
        if (start < 0 || end <= start)
            return token.GetLocation();
        return Location.Create(token.SyntaxTree!, TextSpan.FromBounds(token.SpanStart + start, token.SpanStart + end));
    }

    // The offset in token.Text of the character that yields token.ValueText[offset]; -1 where the two do not line up.
    private static int Map(SyntaxToken token, int offset)
    {
        var text = token.Text;
        var value = token.ValueText;
        if (offset > value.Length)
            return -1;
        return token.Kind() switch
        {
            SyntaxKind.StringLiteralToken => text.StartsWith("@", StringComparison.Ordinal)
                ? Walk(text, value, 2, offset, static (t, p) => IsDoubled(t, p, '"') ? 2 : 1)
                : Walk(text, value, 1, offset, Escape),
            SyntaxKind.InterpolatedStringTextToken => Walk(text, value, 0, offset, ForInterpolation(token)),
            _ => AlignLines(text, value, offset),
        };
    }

    private static Func<string, int, int> ForInterpolation(SyntaxToken token)
    {
        var start = (token.Parent?.Parent as InterpolatedStringExpressionSyntax)?.StringStartToken.Kind() ?? SyntaxKind.None;
        return start switch
        {
            SyntaxKind.InterpolatedVerbatimStringStartToken =>
                static (t, p) => IsDoubled(t, p, '"') || IsDoubledBrace(t, p) ? 2 : 1,
            SyntaxKind.InterpolatedStringStartToken => static (t, p) => IsDoubledBrace(t, p) ? 2 : Escape(t, p),
            _ => static (_, _) => 1,
        };
    }

    private static int Walk(string text, string value, int start, int offset, Func<string, int, int> step)
    {
        var position = start;
        for (var i = 0; i < offset; i++)
        {
            if (position >= text.Length)
                return -1;

            // A character outside the basic plane is one escape and two characters of the value.
            var size = step(text, position);
            if (size == 10 && char.IsHighSurrogate(value[i]))
                i++;
            position += size;
        }

        return position;
    }

    private static bool IsDoubled(string text, int position, char c) =>
        text[position] == c && position + 1 < text.Length && text[position + 1] == c;

    private static bool IsDoubledBrace(string text, int position) =>
        IsDoubled(text, position, '{') || IsDoubled(text, position, '}');

    private static int Escape(string text, int position)
    {
        if (text[position] != '\\' || position + 1 >= text.Length)
            return 1;
        switch (text[position + 1])
        {
            case 'u':
                return 6;
            case 'U':
                return 10;
            case 'x':
                var end = position + 2;
                while (end < text.Length && end < position + 6 && Uri.IsHexDigit(text[end]))
                    end++;
                return end - position;
            default:
                return 2;
        }
    }

    // Raw strings: the value's lines are the source's lines without their indentation.
    private static int AlignLines(string text, string value, int offset)
    {
        var position = 0;
        while (position < text.Length && text[position] == '"')
            position++;
        var isMultiLine = position < text.Length && text[position] is '\r' or '\n' or ' ' or '\t' && text.IndexOf('\n', position) >= 0;
        if (!isMultiLine)
            return position + offset;
        position = text.IndexOf('\n', position) + 1;
        var at = 0;
        while (at <= value.Length && position <= text.Length)
        {
            var valueEnd = EndOfLine(value, at);
            var textEnd = EndOfLine(text, position);
            var textLength = textEnd - position;
            if (valueEnd == at || value[valueEnd - 1] != '\n')
                textLength = text.Substring(position, textLength).TrimEnd('\r', '\n').Length;
            var indentation = textLength - (valueEnd - at);
            if (indentation < 0)
                return -1;
            if (offset < valueEnd || valueEnd == value.Length)
                return position + indentation + (offset - at);
            at = valueEnd;
            position = textEnd;
        }

        return -1;
    }

    // One past the line break, or the end.
    private static int EndOfLine(string text, int from)
    {
        var end = text.IndexOf('\n', from);
        return end < 0 ? text.Length : end + 1;
    }
}
