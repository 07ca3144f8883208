using System.Runtime.CompilerServices;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The distinct words of one tree, each looked up in the catalogue once, with the member that mentioned it last. Kept
/// per thread and used again, because a tree has thousands of words.
/// </summary>
internal sealed class WordTable
{
    private const int FirstSize = 4096;

    [ThreadStatic]
    private static WordTable? _ofThread;

    private int[] _hashes = new int[FirstSize];
    private int[] _members = new int[FirstSize];
    private int[] _names = new int[FirstSize];
    private int _count;
    private int _member;

    private readonly List<int> _mentions = [];
    private readonly List<int> _catalogNames = [];

    public static WordTable Take()
    {
        var table = _ofThread ??= new WordTable();
        Array.Clear(table._members, 0, table._members.Length);
        table._count = 0;
        table._member = 0;
        return table;
    }

    /// <summary>Words after this belong to another member.</summary>
    public void BeginMember()
    {
        _member++;
        _mentions.Clear();
        _catalogNames.Clear();
    }

    public int[] Mentions() => _mentions.ToArray();

    public int[] CatalogNames() => _catalogNames.Count == 0 ? [] : _catalogNames.ToArray();

    /// <summary>Adds a word to the member; the number of the catalogue's name that it is, or -1.</summary>
    [MethodImpl(HotPath.CompileOnce)]
    public int Add(string text, int start, int end, int hash, SketchNames names)
    {
        var mask = _hashes.Length - 1;
        var slot = Spread(hash) & mask;
        while (_members[slot] != 0 && _hashes[slot] != hash)
            slot = (slot + 1) & mask;
        if (_members[slot] == _member)
            return _names[slot];
        if (_members[slot] == 0)
        {
            _hashes[slot] = hash;
            _names[slot] = names.IndexOf(text, start, end, hash);
            _count++;
        }

        _members[slot] = _member;
        _mentions.Add(hash);
        var name = _names[slot];
        if (name >= 0)
            _catalogNames.Add(name);
        if (_count * 2 > _hashes.Length)
            Grow();
        return name;
    }

    private static int Spread(int hash) => hash ^ (hash >>> 15);

    [MethodImpl(HotPath.CompileOnce)]
    private void Grow()
    {
        var (hashes, members, names) = (_hashes, _members, _names);
        var size = hashes.Length * 2;
        (_hashes, _members, _names) = (new int[size], new int[size], new int[size]);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (members[i] == 0)
                continue;
            var slot = Spread(hashes[i]) & (size - 1);
            while (_members[slot] != 0)
                slot = (slot + 1) & (size - 1);
            (_hashes[slot], _members[slot], _names[slot]) = (hashes[i], members[i], names[i]);
        }
    }
}
