namespace RerunSafe.Analyzers.Catalog;

/// <summary>Whether an ID or a pattern of a catalogue file can name anything at all.</summary>
internal static class CatalogIds
{
    /// <summary>What is wrong with a documentation-comment ID, and the cure; null where nothing is.</summary>
    public static (string Wrong, string Cure)? Mistake(string id, string prefixes)
    {
        var known = string.Join(" or ", prefixes.Select(p => $"'{p}:'"));
        if (id.Length < 3 || id[1] != ':')
            return ($"'{id}' is no documentation ID", $"begin it with {known}, for example {Example(prefixes[0])}");
        if (prefixes.IndexOf(id[0]) < 0)
            return ($"a documentation ID that begins with '{id.Substring(0, 2)}' does not fit here", $"begin it with {known}, for example {Example(prefixes[0])}");
        var list = id.IndexOf('(');
        var name = list < 0 ? id.Substring(2) : id.Substring(2, list - 2);
        if (list >= 0 && (id[0] is not ('M' or 'P') || id[id.Length - 1] != ')'))
            return ($"the parameter list of '{id}' is not closed or not allowed", "write '(…)' at the end of a method, or leave it out to mean every overload");
        var parts = name.Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            if (!IsPart(parts[i], isLast: i == parts.Length - 1))
                return ($"'{parts[i]}' in '{id}' is no name", $"write it as the compiler does, for example {Example(id[0])}");
        }

        return id[0] == 'T' || parts.Length > 1
            ? null
            : ($"'{id}' names no type", $"write the full name of the type and the member, for example {Example(id[0])}");
    }

    /// <summary>"*Consumer.Consume": see <see cref="RootKind.Name"/>.</summary>
    public static bool IsConvention(string pattern)
    {
        var dot = pattern.LastIndexOf('.');
        if (dot <= 0)
            return false;
        var type = pattern.Substring(0, dot);
        var star = type.IndexOf('*');
        return star == type.LastIndexOf('*') && (star < 0 || star == 0 || star == type.Length - 1)
            && (type == "*" || IsName(type.Replace("*", ""))) && IsName(pattern.Substring(dot + 1));
    }

    /// <summary>"append=true": a parameter's name, '=' and a value.</summary>
    public static bool IsCondition(string text)
    {
        var equals = text.IndexOf('=');
        return equals > 0 && equals < text.Length - 1 && !char.IsWhiteSpace(text[equals + 1])
            && (char.IsLetter(text[0]) || text[0] == '_') && text.Take(equals).All(c => char.IsLetterOrDigit(c) || c == '_');
    }

    /// <summary>See <see cref="NameEntry"/>.</summary>
    public static bool IsNamePattern(string pattern)
    {
        var words = (pattern.StartsWith("^", StringComparison.Ordinal) ? pattern.Substring(1) : pattern);
        if (words.EndsWith("$", StringComparison.Ordinal))
            words = words.Substring(0, words.Length - 1);

        // A pattern of nothing but '*' would fit every name.
        return words.Any(c => c is not ('*' or '_'))
            && words.Split('_').All(word => word.Length > 0
                && word.TrimEnd('*').All(c => char.IsDigit(c) || (char.IsLetter(c) && !char.IsUpper(c)))
                && word.Length - word.TrimEnd('*').Length <= 1);
    }

    // `1 behind a generic type, ``1 behind a generic method, #ctor for a constructor.
    private static bool IsPart(string part, bool isLast)
    {
        if (isLast && part == "#ctor")
            return true;
        var tick = part.IndexOf('`');
        if (tick < 0)
            return IsName(part);
        var arity = part.Substring(tick).TrimStart('`');
        return IsName(part.Substring(0, tick)) && part.Length - tick - arity.Length <= 2
            && arity.Length is > 0 and < 3 && arity.All(c => c is >= '0' and <= '9');
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c == '_');

    private static string Example(char prefix) => prefix switch
    {
        'T' => "T:Npgsql.NpgsqlConnection",
        'E' => "E:System.Timers.Timer.Elapsed",
        'P' => "P:System.DateTime.UtcNow",
        _ => "M:Dapper.SqlMapper.ExecuteAsync",
    };
}
