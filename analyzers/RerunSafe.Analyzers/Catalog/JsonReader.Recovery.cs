namespace RerunSafe.Analyzers.Catalog;

/// <summary>How reading goes on behind what cannot be read. Every step moves forward, so that any text ends.</summary>
internal sealed partial class JsonReader
{
    private JsonNode SkipDeep()
    {
        var node = new JsonNode(Current == '{' ? JsonKind.Object : JsonKind.Array, _position) { IsBroken = true };
        Fail(_position, 1, $"values are nested more than {MaxDepth} deep", "a catalogue needs 4 levels: remove the surplus brackets");
        _position++;
        Resync();
        for (; !AtEnd && Current == ','; Resync())
            _position++;
        if (!AtEnd)
            _position++;
        node.End = _position;
        return node;
    }

    // To the next ',' or closing bracket of the container that is being read.
    private void Resync()
    {
        for (var depth = 0; !AtEnd; _position++)
        {
            SkipBlanks();
            if (AtEnd)
                return;
            switch (Current)
            {
                case ',' when depth == 0:
                    return;
                case '{' or '[':
                    depth++;
                    break;
                case '}' or ']':
                    if (depth-- == 0)
                        return;
                    break;
                case '"':
                    SkipString();
                    break;
            }
        }
    }

    // Ends on the closing quote, or on the last character of the line.
    private void SkipString()
    {
        for (_position++; !AtEnd && Current is not ('"' or '\n'); _position++)
        {
            if (Current == '\\' && _position + 1 < _text.Length && _text[_position + 1] is not ('\n' or '\r'))
                _position++;
        }
    }

    private void SkipBlanks()
    {
        while (!AtEnd)
        {
            if (char.IsWhiteSpace(Current))
            {
                _position++;
            }
            else if (Current == '/' && _position + 1 < _text.Length && _text[_position + 1] == '/')
            {
                var end = _text.IndexOf('\n', _position);
                _position = end < 0 ? _text.Length : end + 1;
            }
            else if (Current == '/' && _position + 1 < _text.Length && _text[_position + 1] == '*')
            {
                var start = _position;
                var end = _text.IndexOf("*/", start + 2, StringComparison.Ordinal);
                _position = end < 0 ? _text.Length : end + 2;
                if (end < 0)
                    Fail(start, 2, "the comment is not closed", "write '*/' where it ends");
            }
            else
            {
                return;
            }
        }
    }

    private void Fail(int start, int length, string wrong, string cure)
    {
        if (_problems.Count < MaxProblems)
            _problems.Add(new CatalogProblem(start, Math.Min(length, _text.Length - start), wrong, cure));
    }
}
