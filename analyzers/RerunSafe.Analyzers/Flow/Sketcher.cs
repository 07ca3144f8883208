using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Sketches every member of a tree in one pass over its tokens.</summary>
internal sealed class Sketcher
{
    public const string TopLevelName = "<Main>$";

    // An editor makes a new compilation at each key stroke, of mostly the same trees.
    private static readonly ConditionalWeakTable<SyntaxTree, Known> KnownTrees = new();

    private readonly ApiCatalog _catalog;

    private Sketcher(ApiCatalog catalog) => _catalog = catalog;

    public static ImmutableArray<MemberSketch> SketchesOf(SyntaxTree tree, ApiCatalog catalog, CancellationToken cancellation)
    {
        if (KnownTrees.TryGetValue(tree, out var known) && known.Catalog == catalog)
            return known.Sketches;
        var sketches = new Sketcher(catalog).Sketch(tree.GetRoot(cancellation), cancellation);
        known = KnownTrees.GetOrCreateValue(tree);
        lock (known)
        {
            known.Catalog = catalog;
            known.Sketches = sketches;
        }

        return sketches;
    }

    private ImmutableArray<MemberSketch> Sketch(SyntaxNode root, CancellationToken cancellation)
    {
        var sketches = ImmutableArray.CreateBuilder<MemberSketch>();
        if (root is CompilationUnitSyntax unit)
        {
            if (unit.Members.Any(SyntaxKind.GlobalStatement))
                sketches.Add(SketchTopLevel(unit));
            AddMembers(unit.Members, sketches, cancellation);
        }

        return sketches.ToImmutable();
    }

    private void AddMembers(SyntaxList<MemberDeclarationSyntax> members, ImmutableArray<MemberSketch>.Builder sketches, CancellationToken cancellation)
    {
        foreach (var member in members)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (member)
            {
                case BaseNamespaceDeclarationSyntax space:
                    AddMembers(space.Members, sketches, cancellation);
                    break;
                case TypeDeclarationSyntax type:
                    AddMembers(type.Members, sketches, cancellation);
                    break;
                case MethodDeclarationSyntax method when ((SyntaxNode?)method.Body ?? method.ExpressionBody) is { } body:
                    sketches.Add(Read(method, method.Identifier.ValueText, [body]));
                    break;
                case ConstructorDeclarationSyntax constructor when ((SyntaxNode?)constructor.Body ?? constructor.ExpressionBody) is { } body:
                    sketches.Add(Read(constructor, constructor.Identifier.ValueText, [body]));
                    break;
                case PropertyDeclarationSyntax property:
                    AddAccessors(property, sketches);
                    break;
            }
        }
    }

    private void AddAccessors(PropertyDeclarationSyntax property, ImmutableArray<MemberSketch>.Builder sketches)
    {
        foreach (var accessor in property.AccessorList?.Accessors ?? default)
        {
            if (((SyntaxNode?)accessor.Body ?? accessor.ExpressionBody) is not { } body)
                continue;
            var sketch = Read(accessor, property.Identifier.ValueText, [body]);
            if (sketch.IsInteresting)
                sketches.Add(sketch);
        }
    }

    private MemberSketch SketchTopLevel(CompilationUnitSyntax unit) =>
        Read(unit, TopLevelName, unit.Members.OfType<GlobalStatementSyntax>());

    private MemberSketch Read(SyntaxNode declaration, string name, IEnumerable<SyntaxNode> bodies)
    {
        var traits = SketchTraits.None;
        var mentions = new HashSet<string>(StringComparer.Ordinal);
        foreach (var body in bodies)
        {
            foreach (var token in body.DescendantTokens())
            {
                if (token.IsKind(SyntaxKind.IdentifierToken))
                {
                    var text = token.ValueText;
                    if (mentions.Add(text))
                        traits |= TraitsOf(text);
                }
                else if (token.IsKind(SyntaxKind.CatchKeyword))
                {
                    traits |= SketchTraits.Catches;
                }
            }
        }

        return new MemberSketch(declaration, name, traits, mentions);
    }

    private sealed class Known
    {
        public ApiCatalog? Catalog { get; set; }

        public ImmutableArray<MemberSketch> Sketches { get; set; }
    }

    private SketchTraits TraitsOf(string name)
    {
        var traits = SketchTraits.None;
        foreach (var entry in _catalog.WithName(name))
        {
            traits |= entry.Meaning switch
            {
                ApiMeaning.ExecuteSql or ApiMeaning.Append or ApiMeaning.Relative or ApiMeaning.SetProperty => SketchTraits.Writes,
                ApiMeaning.Clock => SketchTraits.ReadsClock,
                ApiMeaning.Schedule => SketchTraits.MakesRoots,
                _ => SketchTraits.None,
            };
        }

        if (_catalog.Names.MayBe(name, NameMeaning.ScheduleMember))
            traits |= SketchTraits.MakesRoots;
        if (_catalog.Names.MayBe(name, NameMeaning.SqlMember) && _catalog.Names.Is(name, NameMeaning.SqlMember))
            traits |= SketchTraits.Writes;
        foreach (var entry in _catalog.RootsWithName(name))
        {
            if (entry.Kind == RootKind.Event)
                traits |= SketchTraits.MakesRoots;
        }

        return traits;
    }
}
