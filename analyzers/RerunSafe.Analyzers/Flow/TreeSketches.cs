using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The sketches of all trees of a compilation. The compiler analyses several trees at once, and each analysis needs all
/// sketches before it can begin: whoever comes while they are being made takes a part of them instead of waiting.
/// </summary>
internal sealed class TreeSketches
{
    private readonly ImmutableArray<SyntaxTree> _trees;
    private readonly TreeSketch?[] _made;
    private readonly SketchNames _names;
    private readonly CancellationToken _cancellation;
    private int _next;

    public TreeSketches(Compilation compilation, SketchNames names, CancellationToken cancellation)
    {
        _trees = compilation.SyntaxTrees.ToImmutableArray();
        _made = new TreeSketch?[_trees.Length];
        _names = names;
        _cancellation = cancellation;
    }

    /// <summary>Makes those that nobody has begun.</summary>
    public void Help()
    {
        while (Interlocked.Increment(ref _next) is var next && next <= _made.Length)
            _made[next - 1] = Make(next - 1);
    }

    /// <summary>Each tree with its sketch. One that somebody else has begun and not finished is made once more: that is shorter than to wait.</summary>
    public IEnumerable<(SyntaxTree Tree, TreeSketch Sketch)> All()
    {
        Help();
        for (var i = 0; i < _made.Length; i++)
            yield return (_trees[i], Volatile.Read(ref _made[i]) ?? Make(i));
    }

    private TreeSketch Make(int index) => Sketcher.SketchOf(_trees[index], _names, _cancellation);
}
