namespace RerunSafe.Analyzers.Sql;

/// <summary>A fixed set of words that is asked with a place in a text, so that no string is made for the question.</summary>
internal sealed class WordSet
{
    private readonly string?[] _slots;
    private readonly int _longest;

    public WordSet(params string[] words)
    {
        var size = 16;
        while (size < words.Length * 3)
            size *= 2;
        _slots = new string?[size];
        foreach (var word in words)
        {
            var slot = Hash(word, 0, word.Length) & (size - 1);
            while (_slots[slot] is not null)
                slot = (slot + 1) & (size - 1);
            _slots[slot] = word;
            _longest = Math.Max(_longest, word.Length);
        }
    }

    /// <summary>Whether the characters from start on, without regard to case, are one of the words.</summary>
    public bool Contains(string text, int start, int length)
    {
        if (length == 0 || length > _longest)
            return false;
        var slot = Hash(text, start, length) & (_slots.Length - 1);
        while (_slots[slot] is { } word)
        {
            if (word.Length == length && string.Compare(text, start, word, 0, length, StringComparison.OrdinalIgnoreCase) == 0)
                return true;
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return false;
    }

    private static int Hash(string text, int start, int length)
    {
        var hash = length;
        for (var i = start; i < start + length; i++)
        {
            var c = text[i];
            hash = unchecked((hash * 31) + (c is >= 'a' and <= 'z' ? c - 32 : c));
        }

        return hash & int.MaxValue;
    }
}
