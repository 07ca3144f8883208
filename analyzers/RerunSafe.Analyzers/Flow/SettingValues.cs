using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What code reads from the settings files of its program.</summary>
internal sealed class SettingValues
{
    private const string Key = "key";

    private readonly ApiCatalog _catalog;
    private readonly Lazy<SettingsFiles> _files;

    public SettingValues(ApiCatalog catalog, Lazy<SettingsFiles> files)
    {
        _catalog = catalog;
        _files = files;
    }

    /// <summary>The text of the setting that a value comes from: configuration["Kafka:AutoCommit"], options.Value.AutoAck; null where it is not to be seen.</summary>
    public string? TextOf(IOperation value)
    {
        if (!_files.Value.Any)
            return null;
        value = Operations.Unwrap(value);
        return value switch
        {
            ICoalesceOperation either => TextOf(either.Value),
            ILocalReferenceOperation local when Locals.OnlyValueOf(local) is { } only && only is not ILocalReferenceOperation => TextOf(only),
            IPropertyReferenceOperation { Arguments.IsEmpty: true, Property: { IsStatic: false, SetMethod: not null } property } => _files.Value.ValueOf(property),
            _ when PathOf(value) is { } path => _files.Value.ValueAt(path),
            // bool.Parse(configuration["…"]), Convert.ToBoolean(…)
            IInvocationOperation { Instance: null, Arguments: [{ Value: { } parsed }, ..], TargetMethod: { IsExtensionMethod: false } method }
                when Operations.IsInSystem(method) && parsed.Type?.SpecialType == SpecialType.System_String => TextOf(parsed),
            _ => null,
        };
    }

    /// <summary>The settings that a call fills an object of a type with; null where they are not to be seen.</summary>
    public IReadOnlyDictionary<string, string?>? SectionFor(IInvocationOperation binds, INamedTypeSymbol type)
    {
        if (!_files.Value.Any)
            return null;
        var paths = binds.Arguments.Select(a => PathOf(a.Value)).Append(binds.Instance is { } instance ? PathOf(instance) : null).FirstOrDefault(p => p is not null);
        return _files.Value.Section(paths, type);
    }

    /// <summary>The settings that an object of a type is filled with, where one section alone can be meant.</summary>
    public IReadOnlyDictionary<string, string?>? SectionFor(INamedTypeSymbol type) => _files.Value.Any ? _files.Value.Section(null, type) : null;

    // configuration.GetSection("Kafka").GetSection("Consumer"): as much of the path as is written in the code.
    private string? PathOf(IOperation value)
    {
        value = Operations.Unwrap(value);
        if (value is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } only && Operations.Unwrap(only) is not ILocalReferenceOperation)
            return PathOf(only);
        var (member, key, receiver) = value switch
        {
            IInvocationOperation call => (call.TargetMethod, Operations.ArgumentNamed(call, Key), Operations.ReceiverOf(call)),
            IPropertyReferenceOperation { Arguments: [{ Value: { } index }] } item => ((ISymbol)item.Property, index, item.Instance),
            _ => (null, null, null),
        };
        if (member is null || key?.ConstantValue is not { HasValue: true, Value: string { Length: > 0 } name } || !_catalog.Means(member, ApiMeaning.ReadsSetting))
            return null;
        return receiver is not null && PathOf(receiver) is { } outer ? outer + ":" + name : name;
    }
}
