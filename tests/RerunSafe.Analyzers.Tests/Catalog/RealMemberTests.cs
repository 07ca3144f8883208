using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>Every shipped ID names a member of the real library, and every parameter that an entry names is there.</summary>
[Parallelizable(ParallelScope.Children)]
public class RealMemberTests
{
    private static readonly Lazy<ILookup<string, ApiEntry>> ApisByType = new(() => ShippedCatalog.Data.Apis.ToLookup(a => TypeOf(a.Id)));

    private static readonly Lazy<ILookup<string, string>> IdsByType = new(() => Ids().ToLookup(TypeOf));

    private static IEnumerable<string> Ids() =>
        ShippedCatalog.Data.Apis.Select(a => a.Id)
            .Concat(ShippedCatalog.Data.Roots.Where(r => r.Kind != RootKind.Name).Select(r => r.Id))
            .Concat(ShippedCatalog.Data.Dialects.Select(d => d.Id))
            .Concat(ShippedCatalog.Data.Exceptions.Select(e => e.Id))
            .Distinct();

    public static IEnumerable<string> Types() => IdsByType.Value.Select(g => g.Key).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Types))]
    public void Each_id_of_a_type_names_a_member_of_the_real_library(string type)
    {
        if (UnobtainableLibraries.ReasonFor(type) is { } reason)
        {
            Assert.That(RealPackages.TypesOf(type), Is.Empty, $"{type} is obtainable now, so it is no longer excused by \"{reason}\"");
            return;
        }

        var wrong = IdsByType.Value[type].Where(id => !SymbolsOf(type, id).Any()).ToList();
        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(Types))]
    public void Each_parameter_that_an_entry_names_is_there_on_an_overload(string type)
    {
        var wrong = new List<string>();
        foreach (var entry in ApisByType.Value[type].Where(_ => UnobtainableLibraries.ReasonFor(type) is null))
        {
            var parameters = ParametersOf(type, entry.Id).ToHashSet();
            var conditions = entry.When.Split('&').Select(c => c.Split('=')[0]).Where(c => entry.Id[0] != 'P' || c != "value");
            var missing = new[] { entry.Argument, entry.Name, entry.Transaction, entry.Values }.Concat(conditions)
                .Where(p => p.Length > 0 && p != "receiver" && !parameters.Contains(p)).ToList();
            if (missing.Count > 0)
                wrong.Add($"{entry.Id} ({entry.Meaning}): {string.Join(", ", missing)} not among {string.Join(", ", parameters)}");
        }

        Assert.That(wrong, Is.Empty);
    }

    private static IEnumerable<string> ParametersOf(string type, string id) =>
        SymbolsOf(type, id).OfType<IMethodSymbol>().SelectMany(m => m.Parameters).Select(p => p.Name);

    private static IEnumerable<ISymbol> SymbolsOf(string typeName, string id)
    {
        foreach (var type in RealPackages.TypesOf(typeName))
        {
            if (id[0] == 'T')
                yield return type;
            foreach (var member in type.GetMembers().Where(m => id[0] != 'T' && DocumentationId.Matches(id, m)))
                yield return member;
        }
    }

    private static string TypeOf(string id)
    {
        var name = id[2..].Split('(')[0];
        return id[0] == 'T' ? Nested(name) : Nested(name[..name.LastIndexOf('.')]);
    }

    // Documentation IDs join nested types by '.', metadata names by '+'.
    private static string Nested(string name)
    {
        if (RealPackages.TypesOf(name).Any())
            return name;
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            var nested = name[..dot] + "+" + name[(dot + 1)..];
            if (RealPackages.TypesOf(nested).Any())
                return nested;
        }

        return name;
    }
}
