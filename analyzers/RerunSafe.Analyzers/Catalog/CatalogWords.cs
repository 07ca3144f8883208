using System.Text;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// The words of catalogue files: an enum member's name in lower case, its parts joined by '-' ("execute-sql"). Dialects
/// are written in one word, as in the option rerunsafe_dialect ("postgresql").
/// </summary>
internal static class CatalogWords
{
    /// <summary>What the "result" of an API may be.</summary>
    public static readonly string[] Results = ["rows-affected", "scalar", "rows", "kept", "settled", "tracked", "replaces", "tracked-replaces", "unkeyed", "bound", "limited", "endless"];

    public static string[] Of<T>() where T : struct, Enum =>
        Array.ConvertAll(Enum.GetNames(typeof(T)), name => typeof(T) == typeof(Sql.SqlDialect) ? name.ToLowerInvariant() : Kebab(name));

    /// <summary>The value that a word stands for.</summary>
    public static bool TryParse<T>(string word, out T value) where T : struct, Enum
    {
        var index = Array.IndexOf(Of<T>(), word);
        value = index < 0 ? default : (T)Enum.GetValues(typeof(T)).GetValue(index)!;
        return index >= 0;
    }

    /// <summary>"write 'execute-sql'" where one known word is near, the whole list where none is.</summary>
    public static string Suggest(string word, IReadOnlyList<string> known)
    {
        var best = "";
        var least = Math.Max(2, (word.Length + 1) / 2);
        foreach (var candidate in known)
        {
            var distance = Distance(word.ToLowerInvariant().Replace('_', '-'), candidate.ToLowerInvariant());
            if (distance >= least)
                continue;
            least = distance;
            best = candidate;
        }

        return best.Length > 0 ? $"write '{best}'" : "write one of " + string.Join(", ", known);
    }

    private static string Kebab(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
                text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    // Levenshtein. Words of a catalogue are short; a long one is not a slip of the pen.
    private static int Distance(string a, string b)
    {
        if (a.Length > 64 || b.Length > 64)
            return int.MaxValue;
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
