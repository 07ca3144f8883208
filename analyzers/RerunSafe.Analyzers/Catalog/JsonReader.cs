using System.Globalization;
using System.Text;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// Reads JSON as people write it in configuration files (comments and trailing commas are fine) and keeps every place.
/// It never throws: what cannot be read is noted, and reading goes on behind it, so that one slip costs one entry.
/// </summary>
internal sealed partial class JsonReader
{
    /// <summary>Longer texts are no hand-written catalogue; they are refused before they cost time.</summary>
    public const int MaxLength = 1_000_000;

    public const int MaxDepth = 32;

    /// <summary>A text of another kind would give a problem per line; nobody reads more than these.</summary>
    public const int MaxProblems = 50;

    private readonly string _text;
    private readonly List<CatalogProblem> _problems;
    private int _position;

    private JsonReader(string text, List<CatalogProblem> problems)
    {
        _text = text;
        _problems = problems;
    }

    private bool AtEnd => _position >= _text.Length;

    private char Current => _text[_position];

    /// <summary>The value of the text; null where there is none.</summary>
    public static JsonNode? Read(string text, List<CatalogProblem> problems)
    {
        var reader = new JsonReader(text, problems);
        if (text.Length > MaxLength)
        {
            reader.Fail(0, 0, $"the file has {text.Length:N0} characters", $"split it into files of at most {MaxLength:N0}");
            return null;
        }

        if (text.Length > 0 && text[0] == '\uFEFF')
            reader._position = 1;
        reader.SkipBlanks();
        if (reader.AtEnd)
        {
            reader.Fail(0, 0, "the file is empty", "write an object: { \"apis\": [ ] }");
            return null;
        }

        var root = reader.ReadValue(0);
        reader.SkipBlanks();
        if (!reader.AtEnd)
            reader.Fail(reader._position, 1, "text follows the end of the outermost value", "remove it, or remove the bracket that ends the value too early");
        return root;
    }

    private JsonNode ReadValue(int depth)
    {
        switch (Current)
        {
            case '{' or '[' when depth >= MaxDepth:
                return SkipDeep();
            case '{':
                return ReadObject(depth);
            case '[':
                return ReadArray(depth);
            case '"':
                return ReadString();
            default:
                return ReadWord();
        }
    }

    private JsonNode ReadObject(int depth)
    {
        var node = new JsonNode(JsonKind.Object, _position++);
        while (NextElement(node, '}', ']'))
        {
            if (Current != '"')
            {
                node.IsBroken = true;
                Fail(_position, 1, "a property name in double quotes is expected here", "write \"name\": value");
                Resync();
                continue;
            }

            var name = ReadString();
            SkipBlanks();
            if (AtEnd || Current != ':')
            {
                node.IsBroken = true;
                Fail(name.Start, name.End - name.Start, $"no value follows the property '{name.Text}'", "write ':' and a value behind the name");
                Resync();
                continue;
            }

            _position++;
            SkipBlanks();
            if (AtEnd || Current is ',' or '}' or ']')
            {
                node.IsBroken = true;
                Fail(name.Start, name.End - name.Start, $"the property '{name.Text}' has no value", "write a value behind ':'");
                continue;
            }

            var value = ReadValue(depth + 1);
            node.IsBroken |= name.IsBroken || (value.IsBroken && value.Kind is not (JsonKind.Object or JsonKind.Array));
            node.Members.Add((name, value));
            EndElement(node, '}');
        }

        node.End = _position;
        return node;
    }

    private JsonNode ReadArray(int depth)
    {
        var node = new JsonNode(JsonKind.Array, _position++);
        while (NextElement(node, ']', '}'))
        {
            node.Items.Add(ReadValue(depth + 1));
            EndElement(node, ']');
        }

        node.End = _position;
        return node;
    }

    // Moves to the next element; false at the end of the container, which is consumed.
    private bool NextElement(JsonNode node, char close, char otherClose)
    {
        for (var commas = node.Items.Count + node.Members.Count == 0 && !node.IsBroken ? 1 : 0; ; commas++)
        {
            SkipBlanks();
            if (AtEnd)
            {
                node.IsBroken = true;
                Fail(node.Start, 1, $"the '{_text[node.Start]}' here is never closed", $"write '{close}' where it ends");
                return false;
            }

            if (Current == close)
            {
                _position++;
                return false;
            }

            if (Current == otherClose)
            {
                // Left for the container outside, which it very likely ends.
                node.IsBroken = true;
                Fail(_position, 1, $"'{otherClose}' stands where '{close}' is expected", $"write '{close}' first");
                return false;
            }

            if (Current != ',')
                return true;
            if (commas == 1)
            {
                node.IsBroken = true;
                Fail(_position, 1, "a value is missing before ','", "remove the ','");
            }

            _position++;
        }
    }

    private void EndElement(JsonNode node, char close)
    {
        var end = _position;
        SkipBlanks();
        if (AtEnd || Current is ',' or '}' or ']')
            return;
        node.IsBroken = true;
        Fail(end, 0, $"',' or '{close}' is expected here", $"write ',' before the next one or '{close}' at the end");

        // A forgotten comma: the next element is as good as any. Anything else is passed over.
        if (Current is not ('"' or '{' or '['))
            Resync();
    }

    private JsonNode ReadString()
    {
        var node = new JsonNode(JsonKind.String, _position++);
        var text = new StringBuilder();
        while (true)
        {
            if (AtEnd || Current is '\n' or '\r')
            {
                node.IsBroken = true;
                Fail(node.Start, _position - node.Start, "the string is not closed on its line", "write '\"' at its end");
                break;
            }

            var c = _text[_position++];
            if (c == '"')
                break;
            if (c == '\\')
                ReadEscape(node, text);
            else
                text.Append(c);
        }

        node.Text = text.ToString();
        node.End = _position;
        return node;
    }

    private void ReadEscape(JsonNode node, StringBuilder text)
    {
        var c = AtEnd ? '\n' : Current;
        if ("\"\\/".IndexOf(c) >= 0)
            text.Append(c);
        else if ("bfnrt".IndexOf(c) is var known and >= 0)
            text.Append("\b\f\n\r\t"[known]);
        else if (c == 'u' && _position + 5 <= _text.Length
            && ushort.TryParse(_text.Substring(_position + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            text.Append((char)code);
            _position += 4;
        }
        else
        {
            node.IsBroken = true;
            Fail(_position - 1, 1, "'\\' starts no known escape here", "write '\\\\' for a backslash");
            return;
        }

        _position++;
    }

    // true, false, null, a number, or something that is no JSON at all.
    private JsonNode ReadWord()
    {
        var start = _position;
        while (!AtEnd && (char.IsLetterOrDigit(Current) || Current is '-' or '+' or '.' or '_'))
            _position++;
        var word = _text.Substring(start, _position - start);
        var isNumber = double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && word[0] is '-' or (>= '0' and <= '9');
        var kind = word switch
        {
            "true" or "false" => JsonKind.Boolean,
            "null" => JsonKind.Null,
            _ => isNumber ? JsonKind.Number : JsonKind.String,
        };
        var node = new JsonNode(kind, start) { End = _position, Text = word };
        if (kind != JsonKind.String)
            return node;
        node.IsBroken = true;
        if (word.Length > 0)
        {
            Fail(start, word.Length, $"'{word}' is not a JSON value", $"write \"{word}\" in double quotes");
            return node;
        }

        Fail(start, 1, $"'{Current}' cannot start a value", "write a string in double quotes, true, false, an array or an object");
        Resync();
        node.End = _position;
        return node;
    }
}
