using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Where a call may lead within this compilation: the method itself, or what implements or overrides it here.</summary>
internal sealed class Implementations
{
    // A call through an interface with very many implementations says little about any one of them.
    private const int MaxImplementations = 300;

    private readonly Engine _engine;
    private readonly Registrations _registrations;
    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<IMethodSymbol>> _known = new(SymbolEqualityComparer.Default);
    private readonly Lazy<ILookup<string, MemberSketch>> _byName;

    public Implementations(Engine engine)
    {
        _engine = engine;
        _registrations = new Registrations(engine);
        _byName = new Lazy<ILookup<string, MemberSketch>>(() => engine.Relevance.Members.Where(s => s.Kind == MemberKind.Method).ToLookup(s => s.Name, StringComparer.Ordinal));
    }

    public ImmutableArray<IMethodSymbol> Of(IMethodSymbol method)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        if (!method.IsAbstract && !method.IsVirtual && !method.IsOverride)
            return HasBody(method) ? ImmutableArray.Create(method) : ImmutableArray<IMethodSymbol>.Empty;
        return _known.GetOrAdd(method, m => Find((IMethodSymbol)m));
    }

    private ImmutableArray<IMethodSymbol> Find(IMethodSymbol method)
    {
        var found = ImmutableArray.CreateBuilder<IMethodSymbol>();
        if (!method.IsAbstract && HasBody(method))
            found.Add(method);
        foreach (var sketch in _byName.Value[method.Name])
        {
            if (found.Count >= MaxImplementations)
                break;
            if (MayRealise(sketch, method) && _engine.MethodOf(sketch) is { } candidate && !Operations.SameSymbol(candidate, method) && Realises(candidate, method))
                found.Add(candidate);
        }

        return found.Count > 1 ? _registrations.Choose(method.ContainingType, found.ToImmutable()) : found.ToImmutable();
    }

    // By the declaration alone: the same shape, and an override or a type that has bases (perhaps in another part).
    private static bool MayRealise(MemberSketch sketch, IMethodSymbol method)
    {
        if (sketch.Declaration is not MethodDeclarationSyntax declaration
            || declaration.ParameterList.Parameters.Count != method.Parameters.Length
            || declaration.Arity != method.Arity)
            return false;
        if (declaration.Modifiers.Any(SyntaxKind.OverrideKeyword))
            return true;
        return method.ContainingType.TypeKind == TypeKind.Interface
            && declaration.Parent is TypeDeclarationSyntax type && (type.BaseList is not null || type.Modifiers.Any(SyntaxKind.PartialKeyword));
    }

    private static bool Realises(IMethodSymbol candidate, IMethodSymbol method)
    {
        for (var overridden = candidate.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
        {
            if (Operations.SameSymbol(overridden.OriginalDefinition, method))
                return true;
        }

        if (method.ContainingType.TypeKind != TypeKind.Interface)
            return false;
        foreach (var type in candidate.ContainingType.AllInterfaces)
        {
            if (!Operations.SameSymbol(type.OriginalDefinition, method.ContainingType))
                continue;
            foreach (var member in type.GetMembers(method.Name))
            {
                if (Operations.SameSymbol(member.OriginalDefinition, method)
                    && Operations.SameSymbol(candidate.ContainingType.FindImplementationForInterfaceMember(member)?.OriginalDefinition, candidate.OriginalDefinition))
                    return true;
            }
        }

        return false;
    }

    private bool HasBody(IMethodSymbol method) => _engine.IsDeclaredHere(method);
}
