using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// What the settings files among the AdditionalFiles say (appsettings.json and its variants). A value counts where all
/// files that have it agree; a file that cannot be read might say otherwise, so then nothing is known.
/// </summary>
internal sealed class SettingsFiles
{
    private const char Separator = ':';

    private static readonly Regex FileName = new(@"(^|[/\\])appsettings(\.(?<environment>[^/\\]+))?\.json$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    // What a developer's machine or a test overrides is not what records meet.
    private static readonly HashSet<string> NotForReal = new(["Development", "Dev", "Local", "Debug", "Test", "Tests", "Testing", "IntegrationTests"], StringComparer.OrdinalIgnoreCase);

    // By path ("Kafka:Consumer:EnableAutoCommit"); null where the files disagree.
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);

    public SettingsFiles(ImmutableArray<AdditionalText> files, CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            if (FileName.Match(file.Path) is not { Success: true } match || NotForReal.Contains(match.Groups["environment"].Value))
                continue;
            var problems = new List<CatalogProblem>();
            if (file.GetText(cancellation) is not { Length: <= JsonReader.MaxLength } text || JsonReader.Read(text.ToString(), problems) is not { Kind: JsonKind.Object } root || problems.Count > 0)
            {
                _values.Clear();
                return;
            }

            Add(root, "");
        }
    }

    public bool Any => _values.Count > 0;

    /// <summary>The value of a setting; its path may leave out sections at its beginning. Null where none or several values fit.</summary>
    public string? ValueAt(string path) => OnlyOf(_values.Where(pair => IsAt(pair.Key, path)));

    /// <summary>The value of the setting that a property of an options type is filled from: its name, in a section that is called as the type is.</summary>
    public string? ValueOf(IPropertySymbol property) => OnlyOf(_values.Where(pair =>
    {
        var names = pair.Key.Split(Separator);
        return names.Length > 1 && string.Equals(names[names.Length - 1], property.Name, StringComparison.OrdinalIgnoreCase) && IsCalled(property.ContainingType.Name, names[names.Length - 2]);
    }));

    /// <summary>The settings in a section by their names; of the only section that fills an object of the type where no path is known. Null where it is not to be seen.</summary>
    public IReadOnlyDictionary<string, string?>? Section(string? path, INamedTypeSymbol type)
    {
        var sections = _values.GroupBy(pair => SectionOf(pair.Key), StringComparer.OrdinalIgnoreCase)
            .Where(section => path is null ? Fills(section.Select(pair => NameOf(pair.Key)), type) : IsAt(section.Key, path))
            .Take(2).ToList();
        return sections.Count == 1 ? sections[0].ToDictionary(pair => NameOf(pair.Key), pair => pair.Value, StringComparer.OrdinalIgnoreCase) : null;
    }

    private void Add(JsonNode node, string path)
    {
        foreach (var (name, value) in node.Members)
        {
            var at = path.Length == 0 ? name.Text : path + Separator + name.Text;
            if (value.Kind == JsonKind.Object)
                Add(value, at);
            else if (value.Kind != JsonKind.Array)
                _values[at] = _values.TryGetValue(at, out var known) && known != value.Text ? null : value.Text;
        }
    }

    private static string? OnlyOf(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var values = settings.Select(pair => pair.Value).Distinct(StringComparer.OrdinalIgnoreCase).Take(2).ToList();
        return values.Count == 1 ? values[0] : null;
    }

    private static bool IsAt(string path, string asked) =>
        path.EndsWith(asked, StringComparison.OrdinalIgnoreCase) && (path.Length == asked.Length || path[path.Length - asked.Length - 1] == Separator);

    // RabbitMqOptions are in the section RabbitMq, or Rabbit, or RabbitMqSettings.
    private static bool IsCalled(string type, string section) =>
        section.Length > 2 && (type.StartsWith(section, StringComparison.OrdinalIgnoreCase) || section.StartsWith(type, StringComparison.OrdinalIgnoreCase)
            || type.EndsWith(section, StringComparison.OrdinalIgnoreCase));

    // Two settings with the names of two properties are no accident.
    private static bool Fills(IEnumerable<string> names, INamedTypeSymbol type)
    {
        var count = 0;
        foreach (var name in names)
        {
            for (var t = type; t is { SpecialType: not SpecialType.System_Object }; t = t.BaseType)
            {
                if (!t.GetMembers().Any(m => m is IPropertySymbol { IsStatic: false } && string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase)))
                    continue;
                count++;
                break;
            }
        }

        return count > 1;
    }

    private static string SectionOf(string path) => path.LastIndexOf(Separator) is var end and >= 0 ? path.Substring(0, end) : "";

    private static string NameOf(string path) => path.Substring(path.LastIndexOf(Separator) + 1);
}
