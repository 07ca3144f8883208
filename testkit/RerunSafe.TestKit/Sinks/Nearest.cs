namespace RerunSafe.TestKit.Sinks;

/// <summary>Helps with a misspelt name.</summary>
internal static class Nearest
{
    /// <summary>"Did you mean 'orders'? There are: …", ready to follow an error.</summary>
    public static string Hint(string name, IReadOnlyList<string> existing)
    {
        if (existing.Count == 0)
            return "There are none.";

        var nearest = existing.MinBy(candidate => Distance(name, candidate))!;
        var meant = Distance(name, nearest) <= Math.Max(2, name.Length / 3) ? $"Did you mean '{nearest}'? " : "";
        return $"{meant}There are: {string.Join(", ", existing)}.";
    }

    /// <summary>Levenshtein's edit distance; case does not matter.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
