namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// The properties of one entry of a catalogue file, asked one by one. What was not asked for is unknown, and an entry
/// with any problem is not used: half of what somebody meant may be the opposite of it.
/// </summary>
internal sealed class CatalogFields
{
    private readonly JsonNode _entry;
    private readonly string _place;
    private readonly List<CatalogProblem> _problems;
    private readonly List<string> _asked = [];

    public CatalogFields(JsonNode entry, string place, List<CatalogProblem> problems)
    {
        _entry = entry;
        _place = place;
        _problems = problems;
        IsUsable = !IsBroken(entry);
    }

    /// <summary>No problem was found so far.</summary>
    public bool IsUsable { get; private set; }

    public void Fail(JsonNode node, string wrong, string cure)
    {
        IsUsable = false;
        if (_problems.Count < JsonReader.MaxProblems)
            _problems.Add(new CatalogProblem(node.Start, node.End - node.Start, $"{_place}: {wrong}", cure));
    }

    /// <summary>The node of a property; null where it is left out.</summary>
    public JsonNode? Find(string name, bool isRequired = false)
    {
        _asked.Add(name);
        JsonNode? found = null;
        foreach (var (key, value) in _entry.Members)
        {
            if (key.Text != name)
                continue;
            if (found is not null)
                Fail(key, $"the property '{name}' is there twice", "leave one of them");
            found = value;
        }

        if (found is null && isRequired && !_entry.IsBroken)
            Fail(_entry, $"the property '{name}' is missing", $"write \"{name}\": …");
        return found;
    }

    /// <summary>A string; <paramref name="otherwise"/> where it is left out.</summary>
    public string Text(string name, string otherwise = "", bool isRequired = false)
    {
        if (Find(name, isRequired) is not { } node)
            return otherwise;
        return IsText(node, name) ? node.Text : otherwise;
    }

    /// <summary>A string or an array of strings, each with its node.</summary>
    public IReadOnlyList<JsonNode> Texts(string name, bool isRequired = false)
    {
        if (Find(name, isRequired) is not { } node)
            return [];
        if (node.Kind != JsonKind.Array)
            return IsText(node, name) ? [node] : [];
        if (node.Items.Count == 0)
            Fail(node, $"'{name}' is an empty array", "write at least one string in it");
        return node.Items.Where(item => IsText(item, name)).ToList();
    }

    public bool Flag(string name)
    {
        if (Find(name) is not { } node)
            return false;
        if (node.Kind == JsonKind.Boolean)
            return node.Text == "true";
        Fail(node, $"'{name}' is no boolean", "write true or false");
        return false;
    }

    /// <summary>One of the words of an enum.</summary>
    public T Word<T>(string name, bool isRequired = false) where T : struct, Enum
    {
        if (Find(name, isRequired) is not { } node || !IsText(node, name))
            return default;
        if (CatalogWords.TryParse<T>(node.Text, out var value))
            return value;
        Fail(node, $"'{node.Text}' is no {name}", CatalogWords.Suggest(node.Text, CatalogWords.Of<T>()));
        return default;
    }

    /// <summary>Any of the words of a flags enum.</summary>
    public T Flags<T>(string name) where T : struct, Enum
    {
        var all = 0;
        foreach (var node in Texts(name))
        {
            if (CatalogWords.TryParse<T>(node.Text, out var value))
                all |= Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture);
            else
                Fail(node, $"'{node.Text}' is none of the {name}", CatalogWords.Suggest(node.Text, CatalogWords.Of<T>()));
        }

        return (T)Enum.ToObject(typeof(T), all);
    }

    /// <summary>Reports the properties that nobody asked for.</summary>
    public void RejectOthers()
    {
        foreach (var (key, _) in _entry.Members)
        {
            if (!_asked.Contains(key.Text))
                Fail(key, $"the property '{key.Text}' is unknown", CatalogWords.Suggest(key.Text, _asked));
        }
    }

    private bool IsText(JsonNode node, string name)
    {
        if (node.IsBroken)
            return false;
        if (node.Kind != JsonKind.String)
            Fail(node, $"'{name}' is no string", "write it in double quotes");
        else if (node.Text.Length == 0)
            Fail(node, $"'{name}' is empty", "write a value or leave the property out");
        else if (node.Text.Any(char.IsControl))
            Fail(node, $"'{name}' holds a control character", "write printable characters only");
        else
            return true;
        return false;
    }

    // Nesting is bounded by the reader.
    private static bool IsBroken(JsonNode node) =>
        node.IsBroken || node.Items.Any(IsBroken) || node.Members.Any(m => IsBroken(m.Name) || IsBroken(m.Value));
}
