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
        var start = Map(token, offset, out var size);
        var end = length <= 1 ? start + size : Map(token, offset + length - 1, out size) + size;
        if (start < 0 || length <= 0 || end <= start || end > token.Text.Length)
            return token.GetLocation();
        return Location.Create(token.SyntaxTree!, TextSpan.FromBounds(token.SpanStart + start, token.SpanStart + end));
    }

    // The offset and size in token.Text of what yields the value's character at the offset; -1 where the two do not line up.
    private static int Map(SyntaxToken token, int offset, out int size)
    {
        var text = token.Text;
        size = 1;
        switch (token.Kind())
        {
            case SyntaxKind.StringLiteralToken:
                return text.StartsWith("@", StringComparison.Ordinal)
                    ? Walk(text, 2, offset, static (t, p) => IsDoubled(t, p, '"') ? 2 : 1, out size)
                    : Walk(text, 1, offset, Escape, out size);
            case SyntaxKind.InterpolatedStringTextToken:
                return ForInterpolation(token) is { } step ? Walk(text, 0, offset, step, out size) : AlignLines(text, token.ValueText, 0, offset);
            case SyntaxKind.SingleLineRawStringLiteralToken:
                return StartOfRaw(text) + offset;
            default:
                return offset > token.ValueText.Length ? -1 : AlignLines(text, token.ValueText, StartOfRaw(text), offset);
        }
    }

    // Null for raw strings, which escape nothing.
    private static Func<string, int, int>? ForInterpolation(SyntaxToken token)
    {
        var start = (token.Parent?.Parent as InterpolatedStringExpressionSyntax)?.StringStartToken.Kind() ?? SyntaxKind.None;
        return start switch
        {
            SyntaxKind.InterpolatedVerbatimStringStartToken =>
                static (t, p) => IsDoubled(t, p, '"') || IsDoubledBrace(t, p) ? 2 : 1,
            SyntaxKind.InterpolatedStringStartToken => static (t, p) => IsDoubledBrace(t, p) ? 2 : Escape(t, p),
            _ => null,
        };
    }

    private static int Walk(string text, int start, int offset, Func<string, int, int> step, out int size)
    {
        size = 1;
        var position = start;
        for (var i = 0; position < text.Length; i++)
        {
            size = step(text, position);

            // A character outside the basic plane is one escape and two characters of the value.
            if (i == offset || (size == 10 && string.CompareOrdinal(text, position + 2, "0000", 0, 4) > 0 && ++i == offset))
                return position;
            position += size;
        }

        return -1;
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

    private static int StartOfRaw(string text)
    {
        var position = 0;
        while (position < text.Length && text[position] == '"')
            position++;
        var isMultiLine = position < text.Length && text[position] is '\r' or '\n' or ' ' or '\t' && text.IndexOf('\n', position) >= 0;
        return isMultiLine ? text.IndexOf('\n', position) + 1 : position;
    }

    // Raw strings: the value's lines are the source's lines without their indentation.
    private static int AlignLines(string text, string value, int position, int offset)
    {
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
