using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A consumer whose settings come from a file.</summary>
/// <param name="Fact">What takes them from there, or the call that reads the records.</param>
/// <param name="Settling">Whether its records count as done when they are handed over: true where a setting says so, false where none says otherwise, null where one does.</param>
/// <param name="Setting">The setting that decides, with its file: "EnableAutoCommit in appsettings.json".</param>
internal sealed record BoundConsumer(ApiFact Fact, bool? Settling, string Setting);

/// <summary>Finds the settings of a library's consumer in the settings files: section.Bind(config), section.Get&lt;Config&gt;(), an injected IOptions&lt;Config&gt;.</summary>
internal sealed class BoundConsumers
{
    private const string File = "appsettings.json";

    private readonly Engine _engine;
    private readonly string _library;

    public BoundConsumers(Engine engine, string library)
    {
        _engine = engine;
        _library = library;
    }

    public BoundConsumer? In(IReadOnlyList<BodyFacts> bodies, ReachNode node)
    {
        foreach (var facts in bodies)
        {
            foreach (var fact in facts.Of(ApiMeaning.BindsSettings))
            {
                if (fact.Site is IInvocationOperation binds && BoundType(binds) is { } type && _engine.Settings.SectionFor(binds, type) is { } section)
                    return Judge(fact, type, section);
            }
        }

        if (bodies.Any(b => b.Of(ApiMeaning.ConfiguresConsumer).Any(f => f.Api.Library == _library)))
            return null;
        foreach (var parameter in node.Method.ContainingType.InstanceConstructors.SelectMany(c => c.Parameters))
        {
            if (ConfiguredBy(parameter.Type) is { } type && _engine.Settings.SectionFor(type) is { } section && Read(bodies) is { } read)
                return Judge(read, type, section);
        }

        return null;
    }

    private BoundConsumer Judge(ApiFact fact, INamedTypeSymbol type, IReadOnlyDictionary<string, string?> section)
    {
        string? said = null;
        foreach (var pair in section)
        {
            if (PropertyOf(type, pair.Key) is not { } property || !_engine.Catalog.Means(property, ApiMeaning.DecidesSettling))
                continue;
            if (!string.Equals(pair.Value, "true", StringComparison.OrdinalIgnoreCase))
                return new BoundConsumer(fact, null, property.Name);
            if (_engine.Catalog.FindConditional(property).Any(entry => entry.Meaning == ApiMeaning.AutoSettles))
                said = property.Name;
        }

        return said is null ? new BoundConsumer(fact, false, $"the {type.Name} in {File}") : new BoundConsumer(fact, true, $"{said} in {File}");
    }

    private ApiFact? Read(IReadOnlyList<BodyFacts> bodies) =>
        bodies.SelectMany(b => b.Of(ApiMeaning.ReadRecord).Concat(b.Of(ApiMeaning.RecordSource))).FirstOrDefault(f => f.Api.Library == _library);

    private INamedTypeSymbol? BoundType(IInvocationOperation binds) =>
        binds.TargetMethod.TypeArguments.Concat(binds.Arguments.Select(a => Operations.Unwrap(a.Value).Type)).Select(t => t is null ? null : ConfiguredBy(t)).FirstOrDefault(t => t is not null);

    // The type itself, or IOptions<type>.
    private INamedTypeSymbol? ConfiguredBy(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol named)
            return null;
        if (named.InstanceConstructors.Any(c => _engine.Catalog.Find(c, ApiMeaning.ConfiguresConsumer)?.Library == _library))
            return named;
        return named.TypeArguments.Length == 1 ? ConfiguredBy(named.TypeArguments[0]) : null;
    }

    private static IPropertySymbol? PropertyOf(INamedTypeSymbol type, string name)
    {
        for (var t = type; t is { SpecialType: not SpecialType.System_Object }; t = t.BaseType)
        {
            if (t.GetMembers().FirstOrDefault(m => m is IPropertySymbol && string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase)) is IPropertySymbol property)
                return property;
        }

        return null;
    }
}
