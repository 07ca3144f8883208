using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// What a container of this compilation is told to put behind an interface: AddSingleton&lt;IStore, SqlStore&gt;(),
/// RegisterType&lt;SqlStore&gt;().As&lt;IStore&gt;(). Read by names alone: types that are asked about have several implementations here.
/// </summary>
internal sealed class Registrations
{
    private static readonly char[] NameEnds = ['.', ':', ' ', '\t', '\r', '\n'];

    private readonly Engine _engine;
    private readonly ConcurrentDictionary<string, HashSet<string>> _known = new(StringComparer.Ordinal);

    public Registrations(Engine engine) => _engine = engine;

    /// <summary>The bodies of those types that are registered for the service; all of them where no registration decides.</summary>
    public ImmutableArray<IMethodSymbol> Choose(INamedTypeSymbol service, ImmutableArray<IMethodSymbol> bodies)
    {
        if (service.TypeKind != TypeKind.Interface)
            return bodies;
        var named = _known.GetOrAdd(service.Name, Find);

        // A name that stands for none of them: a decorator, a subtype, a factory. Then any of them may be meant.
        return named.Count > 0 && named.All(name => bodies.Any(b => b.ContainingType.Name == name))
            ? bodies.RemoveAll(b => !named.Contains(b.ContainingType.Name))
            : bodies;
    }

    private HashSet<string> Find(string service)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        var hash = Words.Hash(service);
        foreach (var member in _engine.Relevance.Members)
        {
            if (Array.IndexOf(member.Mentions, hash) >= 0 && MayRegister(member.Declaration, service))
                AddNamed(member.Declaration, service, named);
        }

        return named;
    }

    // By the text alone: Add…<IStore or typeof(IStore. Looking at the nodes of every body that takes the service costs far more.
    private static bool MayRegister(SyntaxNode declaration, string service)
    {
        if (!declaration.SyntaxTree.TryGetText(out var source))
            return true;
        var text = source.ToString(declaration.Span);
        for (var at = text.IndexOf(service, StringComparison.Ordinal); at >= 0; at = text.IndexOf(service, at + 1, StringComparison.Ordinal))
        {
            var open = SkipNameBack(text, at);
            if (open == 0 || text[open - 1] is not ('<' or '('))
                continue;
            var word = text.Substring(SkipNameBack(text, open - 1), open - 1 - SkipNameBack(text, open - 1)).Trim();
            if (text[open - 1] == '(' ? word.EndsWith("typeof", StringComparison.Ordinal) : IsRegistration(word.Substring(word.LastIndexOfAny(NameEnds) + 1)))
                return true;
        }

        return false;
    }

    // Names with dots and colons, and the white space around them.
    private static int SkipNameBack(string text, int position)
    {
        while (position > 0 && (text[position - 1] is '.' or ':' or '_' || char.IsLetterOrDigit(text[position - 1]) || char.IsWhiteSpace(text[position - 1])))
            position--;
        return position;
    }

    private static void AddNamed(SyntaxNode body, string service, HashSet<string> named)
    {
        foreach (var node in body.DescendantNodes())
        {
            switch (node)
            {
                case GenericNameSyntax generic when Registers(generic, service):
                    AddImplementation(generic, named);
                    break;
                case TypeOfExpressionSyntax { Type: var type, Parent: ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } arguments } argument }
                    when NameOf(type) == service && IsRegistration(NameOf(call)) && arguments.Arguments.IndexOf(argument) == 0:
                    foreach (var other in arguments.Arguments.Skip(1))
                    {
                        if (other.Expression is TypeOfExpressionSyntax { Type: var implementation } && NameOf(implementation) is { } name)
                            named.Add(name);
                    }

                    break;
            }
        }
    }

    private static bool Registers(GenericNameSyntax generic, string service) =>
        NameOf(generic.TypeArgumentList.Arguments[0]) == service && IsRegistration(generic.Identifier.ValueText);

    // What containers call it.
    private static bool IsRegistration(string? name) =>
        name is "As" or "Bind" or "For" or "Register" or "RegisterType" or "RegisterSingleton" or "RegisterScoped"
        || (name is not null && (name.StartsWith("Add", StringComparison.Ordinal) || name.StartsWith("TryAdd", StringComparison.Ordinal))
            && (name.EndsWith("Singleton", StringComparison.Ordinal) || name.EndsWith("Scoped", StringComparison.Ordinal) || name.EndsWith("Transient", StringComparison.Ordinal)));

    private static void AddImplementation(GenericNameSyntax generic, HashSet<string> named)
    {
        if (generic.TypeArgumentList.Arguments.Count > 1)
        {
            Add(generic.TypeArgumentList.Arguments[1]);
            return;
        }

        if (generic.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call)
            return;

        // RegisterType<SqlStore>().As<IStore>(), Bind<IStore>().To<SqlStore>()
        if (generic.Identifier.ValueText == "As")
        {
            foreach (var inner in call.Expression.DescendantNodes().OfType<GenericNameSyntax>().Where(g => g.Identifier.ValueText.StartsWith("Register", StringComparison.Ordinal)))
                Add(inner.TypeArgumentList.Arguments[0]);
            return;
        }

        if (call.Parent is MemberAccessExpressionSyntax { Name: GenericNameSyntax { Identifier.ValueText: "To" or "Use" or "Add" or "ImplementedBy" } target })
        {
            Add(target.TypeArgumentList.Arguments[0]);
            return;
        }

        // AddSingleton<IStore>(services => new SqlStore(…))
        foreach (var argument in call.ArgumentList.Arguments)
        {
            var made = argument.Expression is LambdaExpressionSyntax { Body: ExpressionSyntax value } ? value : argument.Expression;
            if (made is ObjectCreationExpressionSyntax creation)
                Add(creation.Type);
            else if (made is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: GenericNameSyntax { Identifier.ValueText: "GetRequiredService" or "GetService" or "CreateInstance" or "Resolve" } resolved } })
                Add(resolved.TypeArgumentList.Arguments[0]);
            else
                named.Add("");
        }

        void Add(TypeSyntax type) => named.Add(NameOf(type) ?? "");
    }

    private static string? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    private static string? NameOf(TypeSyntax type) => type is NameSyntax name ? RootSyntax.Simple(name) : null;
}
