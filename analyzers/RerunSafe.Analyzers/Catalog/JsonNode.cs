namespace RerunSafe.Analyzers.Catalog;

internal enum JsonKind
{
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

/// <summary>A value of a JSON text with its place.</summary>
internal sealed class JsonNode
{
    public JsonNode(JsonKind kind, int start)
    {
        Kind = kind;
        Start = start;
        End = start;
    }

    public JsonKind Kind { get; }

    /// <summary>The index of the first character.</summary>
    public int Start { get; }

    /// <summary>The index behind the last character.</summary>
    public int End { get; set; }

    /// <summary>A string without quotes and escapes; for numbers and booleans the text itself.</summary>
    public string Text { get; set; } = "";

    /// <summary>The text could not be read as it stands, so that the value may say something else than its author meant.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The elements of an array.</summary>
    public List<JsonNode> Items { get; } = [];

    /// <summary>The members of an object in their order.</summary>
    public List<(JsonNode Name, JsonNode Value)> Members { get; } = [];
}
