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
    private readonly Engine _engine;

    public Registrations(Engine engine) => _engine = engine;

    /// <summary>The bodies of those types that are registered for the service; all of them where no registration decides.</summary>
    public ImmutableArray<IMethodSymbol> Choose(INamedTypeSymbol service, ImmutableArray<IMethodSymbol> bodies)
    {
        if (service.TypeKind != TypeKind.Interface)
            return bodies;
        var named = new HashSet<string>(StringComparer.Ordinal);
        var hash = Words.Hash(service.Name);
        foreach (var member in _engine.Relevance.Members)
        {
            if (Array.IndexOf(member.Mentions, hash) >= 0)
                AddNamed(member.Declaration, service.Name, named);
        }

        // A name that stands for none of them: a decorator, a subtype, a factory. Then any of them may be meant.
        return named.Count > 0 && named.All(name => bodies.Any(b => b.ContainingType.Name == name))
            ? bodies.RemoveAll(b => !named.Contains(b.ContainingType.Name))
            : bodies;
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
