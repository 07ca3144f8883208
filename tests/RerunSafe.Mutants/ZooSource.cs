using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RerunSafe.Mutants;

/// <summary>The source of the zoo: its twins, and which code each of them runs.</summary>
internal sealed class ZooSource
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private ZooSource(IReadOnlyList<SyntaxTree> trees)
    {
        Trees = trees;
        Members = trees.SelectMany(t => t.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>())
            .Where(c => c.Identifier.Text == "Specimens")
            .SelectMany(c => c.Members)
            .GroupBy(NameOf)
            .ToDictionary(g => g.Key, g => g.ToList());
        Twins = [.. trees.SelectMany(t => t.GetRoot().DescendantNodes().OfType<ImplicitObjectCreationExpressionSyntax>())
            .Where(c => c.ArgumentList.Arguments is [{ Expression: LiteralExpressionSyntax }, _, _])
            .Select(c => new Twin(((LiteralExpressionSyntax)c.ArgumentList.Arguments[0].Expression).Token.ValueText, c.ArgumentList.Arguments[2].Expression))];
    }

    public IReadOnlyList<SyntaxTree> Trees { get; }

    public IReadOnlyList<Twin> Twins { get; }

    private Dictionary<string, List<MemberDeclarationSyntax>> Members { get; }

    public static ZooSource Read() => new([
        CSharpSyntaxTree.ParseText(Usings, Language),
        .. typeof(ZooSource).Assembly.GetManifestResourceNames().Where(n => n.EndsWith(".cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Parse)]);

    /// <summary>The expression of a twin, and the helpers and statements of SQL that it reaches by their names.</summary>
    public IReadOnlyList<SyntaxNode> CodeOf(Twin twin)
    {
        var reached = new List<SyntaxNode> { twin.Expression };
        var seen = new HashSet<string>();
        for (var i = 0; i < reached.Count; i++)
        {
            foreach (var name in reached[i].DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.Text))
            {
                if (Members.TryGetValue(name, out var members) && seen.Add(name))
                    reached.AddRange(members);
            }
        }

        return reached;
    }

    private static SyntaxTree Parse(string name)
    {
        using var reader = new StreamReader(typeof(ZooSource).Assembly.GetManifestResourceStream(name)!);
        return CSharpSyntaxTree.ParseText(reader.ReadToEnd(), Language, name);
    }

    private static string NameOf(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.Text,
        _ => "",
    };
}

/// <summary>The twin of a specimen.</summary>
/// <param name="Mistake">The name of the specimen.</param>
/// <param name="Expression">The pipeline without the mistake.</param>
internal sealed record Twin(string Mistake, ExpressionSyntax Expression);
