namespace RerunSafe.Analyzers.Flow;

/// <summary>Compares the names of tables with those of entities: Order, orders, dbo.Orders, tbl_order are the same thing.</summary>
internal static class TableNames
{
    private static readonly string[] Suffixes = ["entity", "record", "row", "model", "dto", "data", "item", "table"];

    public static bool MayBeSame(string a, string b)
    {
        var first = Core(a);
        var second = Core(b);
        return first.Length == 0 || second.Length == 0
            || first.EndsWith(second, StringComparison.Ordinal) || second.EndsWith(first, StringComparison.Ordinal);
    }

    /// <summary>The same name but for case, number and the prefixes and suffixes of tables and entities.</summary>
    public static bool IsSame(string a, string b)
    {
        var first = Core(a);
        var second = Core(b);
        return first.Length > 0 && (first == second || first == "tbl" + second || second == "tbl" + first);
    }

    // Lower case letters and digits only, without a kind suffix and without a plural.
    private static string Core(string name)
    {
        var letters = new string(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant).ToArray());
        foreach (var suffix in Suffixes)
        {
            if (letters.Length > suffix.Length + 2 && letters.EndsWith(suffix, StringComparison.Ordinal))
                letters = letters.Substring(0, letters.Length - suffix.Length);
        }

        if (letters.EndsWith("ies", StringComparison.Ordinal) && letters.Length > 4)
            return letters.Substring(0, letters.Length - 3) + "y";
        if (letters.EndsWith("ses", StringComparison.Ordinal) || letters.EndsWith("xes", StringComparison.Ordinal) || letters.EndsWith("ches", StringComparison.Ordinal))
            return letters.Substring(0, letters.Length - 2);
        return letters.EndsWith("s", StringComparison.Ordinal) && letters.Length > 3 ? letters.Substring(0, letters.Length - 1) : letters;
    }
}
