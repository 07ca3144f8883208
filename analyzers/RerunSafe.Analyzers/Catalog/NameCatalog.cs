using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// Answers what a name says. A name is broken into lower-case words (snake, camel, Pascal) and a pattern fits where
/// its words stand in a row among them, so that "catalog" is no "log" and "ProcessedMessages" is "processed_message".
/// </summary>
internal sealed class NameCatalog
{
    private const int MaxLength = 128;

    private readonly List<(NameMeaning Meaning, string[] Words, bool AtStart, bool AtEnd)> _patterns = [];
    private readonly Dictionary<string, List<int>> _byFirstWord = new(StringComparer.Ordinal);
    private readonly List<int> _byWildcard = [];
    private readonly ConcurrentDictionary<string, MeaningSet> _meanings = new(concurrencyLevel: 32, capacity: 4096, StringComparer.Ordinal);
    private readonly Dictionary<NameMeaning, string[]> _firstWords = [];

    public NameCatalog(IEnumerable<NameEntry> entries)
    {
        foreach (var entry in entries)
        {
            var pattern = entry.Pattern;
            var atStart = pattern.StartsWith("^", StringComparison.Ordinal);
            var atEnd = pattern.EndsWith("$", StringComparison.Ordinal);
            var words = pattern.Trim('^', '$').Split(new[] { '_' }, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
                _patterns.Add((entry.Meaning, words, atStart, atEnd));
        }

        for (var i = 0; i < _patterns.Count; i++)
            AddToIndex(_patterns[i].Words[0], i);
        foreach (var group in _patterns.GroupBy(p => p.Meaning))
            _firstWords[group.Key] = group.Select(p => p.Words[0].TrimEnd('*')).Distinct(StringComparer.Ordinal).ToArray();
    }

    public bool Is(string? name, NameMeaning meaning)
    {
        // Texts are no names.
        if (string.IsNullOrEmpty(name) || name!.Length > MaxLength || name.IndexOf(' ') >= 0)
            return false;
        return _meanings.GetOrAdd(name!, Read).Has(meaning);
    }

    /// <summary>A test without reading the name's words, for names that come by the thousand: it begins like a pattern of this meaning.</summary>
    [MethodImpl(HotPath.CompileOnce)]
    public bool MayBe(string name, NameMeaning meaning)
    {
        if (!_firstWords.TryGetValue(meaning, out var starts))
            return false;
        foreach (var start in starts)
        {
            if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>How the patterns of a meaning begin.</summary>
    public IReadOnlyList<string> FirstWordsOf(NameMeaning meaning) => _firstWords.TryGetValue(meaning, out var starts) ? starts : [];

    public bool IsAny(string? name, NameMeaning first, NameMeaning second) => Is(name, first) || Is(name, second);

    private MeaningSet Read(string name)
    {
        var words = Words(name);
        var meanings = default(MeaningSet);
        foreach (var word in words)
        {
            Add(word);

            // The first word of a pattern also fits its own plural.
            if (word.Length > 2 && word[word.Length - 1] == 's')
            {
                Add(word.Substring(0, word.Length - 1));
                if (word[word.Length - 2] == 'e')
                    Add(word.Substring(0, word.Length - 2));
            }
        }

        foreach (var index in _byWildcard)
            Try(index);
        return meanings;

        void Add(string first)
        {
            if (_byFirstWord.TryGetValue(first, out var indexes))
            {
                foreach (var index in indexes)
                    Try(index);
            }
        }

        void Try(int index)
        {
            var (meaning, pattern, atStart, atEnd) = _patterns[index];
            if (!meanings.Has(meaning) && Fits(words, pattern, atStart, atEnd))
                meanings = meanings.With(meaning);
        }
    }

    private void AddToIndex(string first, int index)
    {
        if (first.EndsWith("*", StringComparison.Ordinal))
        {
            _byWildcard.Add(index);
            return;
        }

        if (!_byFirstWord.TryGetValue(first, out var indexes))
            _byFirstWord.Add(first, indexes = []);
        indexes.Add(index);
    }

    private static bool Fits(List<string> words, string[] pattern, bool atStart, bool atEnd)
    {
        for (var i = 0; i + pattern.Length <= words.Count; i++)
        {
            if ((atStart && i > 0) || (atEnd && i + pattern.Length < words.Count))
                continue;
            var k = 0;
            while (k < pattern.Length && WordFits(words[i + k], pattern[k]))
                k++;
            if (k == pattern.Length)
                return true;
        }

        return false;
    }

    private static bool WordFits(string word, string pattern)
    {
        if (pattern == "*")
            return true;
        if (pattern.EndsWith("*", StringComparison.Ordinal))
            return word.StartsWith(pattern.Substring(0, pattern.Length - 1), StringComparison.Ordinal);
        if (word == pattern)
            return true;

        // No plural, whatever it looks like.
        if (word == "news")
            return false;

        // Plural and singular are the same word.
        return word.Length == pattern.Length + 1 && word[word.Length - 1] == 's' && word.StartsWith(pattern, StringComparison.Ordinal)
            || word.Length == pattern.Length + 2 && word.EndsWith("es", StringComparison.Ordinal) && word.StartsWith(pattern, StringComparison.Ordinal);
    }

    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= name.Length; i++)
        {
            var c = i < name.Length ? name[i] : '_';
            var ends = !char.IsLetterOrDigit(c)
                || (start >= 0 && i > start && char.IsUpper(c) && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))));
            if (ends && start >= 0)
            {
                words.Add(name.Substring(start, i - start).ToLowerInvariant());
                start = -1;
            }

            if (char.IsLetterOrDigit(c) && start < 0)
                start = i;
        }

        return words;
    }
}
