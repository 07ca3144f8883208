using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Sketches every member of a tree in one pass over the text of its bodies; no token is made for it.</summary>
internal sealed partial class Sketcher
{
    public const string TopLevelName = "<Main>$";

    // An editor makes a new compilation at each key stroke, of mostly the same trees.
    private static readonly ConditionalWeakTable<SyntaxTree, Known> KnownTrees = new();

    private readonly SketchNames _names;
    private readonly string _text;
    private readonly bool _maySayRetry;
    private readonly bool _maySayDeadLetter;
    private readonly StoreMentions? _stores;
    private readonly WordTable _words = WordTable.Take();
    private readonly List<int> _makerNames = [];
    private readonly List<int> _unusedMakers = [];
    private HashSet<int>? _pickingTexts;
    private readonly ImmutableArray<MemberSketch>.Builder _members = ImmutableArray.CreateBuilder<MemberSketch>();

    private Sketcher(SketchNames names, string text)
    {
        _names = names;
        _text = text;
        _maySayDeadLetter = Says(text, DeadLetterWords);
        _stores = Says(text, StoreWords) ? new StoreMentions(names) : null;
        _maySayRetry = Says(text, RetryWords);
    }

    public static TreeSketch SketchOf(SyntaxTree tree, SketchNames names, CancellationToken cancellation)
    {
        if (KnownTrees.TryGetValue(tree, out var known) && known.Names == names && known.Sketch is { } sketch)
            return sketch;
        var root = tree.GetRoot(cancellation);
        var sketcher = new Sketcher(names, root is CompilationUnitSyntax ? tree.GetText(cancellation).ToString() : "");
        sketcher.Sketch(root, cancellation);
        sketch = new TreeSketch(sketcher._members.ToImmutable(), sketcher._pickingTexts);
        known = KnownTrees.GetOrCreateValue(tree);
        lock (known)
        {
            known.Names = names;
            known.Sketch = sketch;
        }

        return sketch;
    }

    private void Sketch(SyntaxNode root, CancellationToken cancellation)
    {
        if (root is not CompilationUnitSyntax unit)
            return;
        var statements = unit.Members.Where(m => m is GlobalStatementSyntax).Select(m => m.Span).ToList();
        if (statements.Count > 0)
            Add(unit, TopLevelName, 0, [], statements);
        AddMembers(unit.Members, 0, cancellation);
    }

    private void AddMembers(SyntaxList<MemberDeclarationSyntax> members, int type, CancellationToken cancellation)
    {
        foreach (var member in members)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (member)
            {
                case BaseNamespaceDeclarationSyntax space:
                    AddMembers(space.Members, type, cancellation);
                    break;
                case TypeDeclarationSyntax inner:
                    _stores?.AddFields(inner);
                    AddMembers(inner.Members, Words.Hash(inner.Identifier.ValueText), cancellation);
                    break;
                case MethodDeclarationSyntax method when ((SyntaxNode?)method.Body ?? method.ExpressionBody) is { } body:
                    Add(method, method.Identifier.ValueText, type, RootSyntax.NamesOf(method, _names), [body.Span]);
                    break;
                case ConstructorDeclarationSyntax constructor when ((SyntaxNode?)constructor.Body ?? constructor.ExpressionBody) is { } body:
                    Add(constructor, constructor.Identifier.ValueText, type, [], constructor.Initializer is { } initializer ? [initializer.Span, body.Span] : [body.Span]);
                    break;
                case PropertyDeclarationSyntax property:
                    AddAccessors(property, type);
                    break;
                case FieldDeclarationSyntax field:
                    foreach (var variable in field.Declaration.Variables)
                        AddText(variable);
                    break;
            }
        }
    }

    // Statements that are kept in constants: the member that runs them shows none of their words.
    private void AddText(VariableDeclaratorSyntax variable)
    {
        if (variable.Initializer is not { Value: { Span.Length: > 20 } value })
            return;
        _words.BeginMember();
        var reading = default(Reading);
        Read(value.Span, ref reading);
        foreach (var name in _words.CatalogNames())
        {
            if ((_names.TraitsByWords(name) & SketchTraits.PicksInSql) != 0)
                (_pickingTexts ??= []).Add(Words.Hash(variable.Identifier.ValueText));
        }
    }

    // Accessors are never followed; they matter only where one subscribes a handler.
    private void AddAccessors(PropertyDeclarationSyntax property, int type)
    {
        foreach (var accessor in property.AccessorList?.Accessors ?? default)
        {
            if (((SyntaxNode?)accessor.Body ?? accessor.ExpressionBody) is { } body)
                Add(accessor, property.Identifier.ValueText, type, [], [body.Span]);
        }
    }

    private void Add(SyntaxNode declaration, string name, int type, int[] rootNames, IReadOnlyList<TextSpan> spans)
    {
        _words.BeginMember();
        _makerNames.Clear();
        _unusedMakers.Clear();
        var reading = default(Reading);
        foreach (var span in spans)
            Read(span, ref reading);
        if (declaration is AccessorDeclarationSyntax && _makerNames.Count == 0)
            return;

        // Timer timer = new(…): the name stands apart from the parentheses.
        if (reading.ConstructsUnnamed)
            _makerNames.AddRange(_unusedMakers);
        _members.Add(new MemberSketch
        {
            Declaration = declaration,
            Kind = declaration switch
            {
                MethodDeclarationSyntax => MemberKind.Method,
                ConstructorDeclarationSyntax => MemberKind.Constructor,
                AccessorDeclarationSyntax => MemberKind.Accessor,
                _ => MemberKind.TopLevel,
            },
            Name = name,
            NameHash = Words.Hash(name),
            TypeHash = type,
            Ordinal = _members.Count,
            OwnTraits = OwnTraitsOf(reading, spans, rootNames.Length > 0 && OutputNames.MayDraw(_text, declaration.SpanStart, spans[0].Start - declaration.SpanStart)),
            CatalogNames = _words.CatalogNames(),
            MakerNames = _makerNames.Count == 0 ? [] : _makerNames.ToArray(),
            RootNames = rootNames,
            Mentions = _words.Mentions(),
            HandlesHash = HandlesHash(declaration),
            KeepsHandlerConvention = declaration is MethodDeclarationSyntax handler && HandlerConvention.MayBe(handler, _names),
            TakesText = TakesText(declaration),
            ConstructsUnnamed = reading.ConstructsUnnamed,
        });
    }

    private struct Reading
    {
        public bool Catches;
        public bool AwaitsForEach;
        public bool Loops;
        public bool LoopsOver;
        public bool ConstructsUnnamed;
        public SketchTraits Elsewhere;
        public bool Continues;
    }

    // Words in comments and strings are read too: telling them apart costs more than now and then a look too many.
    [MethodImpl(HotPath.CompileOnce)]
    private void Read(TextSpan span, ref Reading reading)
    {
        var text = _text;
        var end = Math.Min(span.End, text.Length);
        for (var i = span.Start; i < end; i++)
        {
            if (!IsPart(text[i]))
                continue;
            var start = i;
            var hash = Words.Begin;
            do
            {
                hash = Words.Next(hash, text[i]);
                i++;
            }
            while (i < end && IsPart(text[i]));
            if (text[start] <= '9')
                continue;
            if (text[start] is 'c' or 'f' or 'n' or 'b' or 't' or 'w' or 'd')
                ReadKeyword(text, start, i - start, ref reading);
            var name = _words.Add(text, start, i, unchecked((int)hash), _names);
            reading.Elsewhere |= _stores?.TraitsAt(text, start, i) ?? SketchTraits.None;
            if (name >= 0 && _names.MayMakeRoots(name))
                AddMaker(name, text, i, end);
        }
    }

    // What is neither called with something nor given type arguments nor subscribed to makes no entry point.
    private void AddMaker(int name, string text, int position, int end)
    {
        position = CallText.SkipSpace(text, position, end);
        var makes = position < end && text[position] switch
        {
            '<' => true,
            '+' => position + 1 < end && text[position + 1] == '=',
            '(' => CallText.SkipSpace(text, position + 1, end) is var first && first < end && text[first] != ')'
                && (!_names.IsOwnScheduler(name) || CallText.TakesLambda(text, first, end)),
            _ => false,
        };
        var names = makes ? _makerNames : _unusedMakers;
        if (!names.Contains(name))
            names.Add(name);
    }

    // Handle(ImportOrders command): whoever names the command may have it handled here.
    private int HandlesHash(SyntaxNode declaration) =>
        declaration is MethodDeclarationSyntax { ParameterList.Parameters: [{ Type: NameSyntax type }, ..] } method && _names.MayHandle(method.Identifier.ValueText)
            ? Words.Hash(RootSyntax.Simple(type))
            : 0;

    private static bool TakesText(SyntaxNode declaration)
    {
        if (declaration is not BaseMethodDeclarationSyntax method)
            return false;
        foreach (var parameter in method.ParameterList.Parameters)
        {
            var type = parameter.Type is NullableTypeSyntax nullable ? nullable.ElementType : parameter.Type;
            if (type is PredefinedTypeSyntax predefined ? predefined.Keyword.IsKind(SyntaxKind.StringKeyword) : type is NameSyntax name && (RootSyntax.Simple(name) is var simple && (simple == nameof(String) || simple.EndsWith("Command", StringComparison.Ordinal))))
                return true;
        }

        return false;
    }

    [MethodImpl(HotPath.CompileOnce)]
    private static void ReadKeyword(string text, int start, int length, ref Reading reading)
    {
        if (Is(text, start, length, "catch"))
            reading.Catches = true;
        else if (Is(text, start, length, "continue"))
            reading.Continues = true;
        else if (Is(text, start, length, "for") || Is(text, start, length, "while") || Is(text, start, length, "do"))
            reading.Loops = true;
        else if (Is(text, start, length, "foreach"))
            (reading.LoopsOver, reading.AwaitsForEach) = (true, reading.AwaitsForEach || FollowsAwait(text, start));
        else if (Is(text, start, length, "new") || Is(text, start, length, "base") || Is(text, start, length, "this"))
            reading.ConstructsUnnamed |= IsFollowedByParenthesis(text, start + length);
    }

    // Loops with a catch, and files that say "retry", are few: their text can be looked at twice.

    private static bool FollowsAwait(string text, int position)
    {
        while (position > 0 && char.IsWhiteSpace(text[position - 1]))
            position--;
        return position >= 5 && string.CompareOrdinal(text, position - 5, "await", 0, 5) == 0;
    }

    private static bool Is(string text, int start, int length, string word) =>
        length == word.Length && string.CompareOrdinal(text, start, word, 0, length) == 0;

    private static bool IsFollowedByParenthesis(string text, int position)
    {
        position = CallText.SkipSpace(text, position, text.Length);
        return position < text.Length && text[position] == '(';
    }

    private static bool IsPart(char c) => c < 128
        ? (uint)((c | 0x20) - 'a') < 26 || (uint)(c - '0') < 10 || c == '_'
        : SyntaxFacts.IsIdentifierPartCharacter(c);

    private sealed class Known
    {
        public SketchNames? Names { get; set; }

        public TreeSketch? Sketch { get; set; }
    }
}
