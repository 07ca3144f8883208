using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// A project's own interface over the clock (IDateTimeProvider.UtcNow, clock.GetNow()), whose body is behind an interface
/// or in another project: its name and the time that it hands out say what it is. A body that is here is read instead.
/// </summary>
internal static class OwnClocks
{
    public static ApiEntry Entry { get; } = new() { Meaning = ApiMeaning.Clock };

    public static bool Is(ISymbol member, Engine engine)
    {
        var type = member switch
        {
            IPropertySymbol property => property.Type,
            IMethodSymbol { Parameters.IsEmpty: true, MethodKind: MethodKind.Ordinary or MethodKind.ReducedExtension } method => method.ReturnType,
            _ => null,
        };
        return type is { Name: "DateTime" or "DateTimeOffset" or "DateOnly" or "Instant" } && engine.Catalog.Names.Is(member.Name, NameMeaning.ClockMember)
            && (member.IsAbstract || !engine.IsDeclaredHere(member));
    }
}
