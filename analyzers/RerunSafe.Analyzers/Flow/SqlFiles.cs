using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The .sql files of the compilation that code can run by name. The scripts of migration tools are not among them: such
/// a tool keeps a record of what it has run.
/// </summary>
internal sealed class SqlFiles
{
    public const string Extension = ".sql";

    // Folders this far above the file still say what it is for; those farther up belong to the machine.
    private const int FoldersThatMatter = 4;

    // V1_2__name.sql, R__name.sql (Flyway); 0001_name.sql, 20240101-name.sql (DbUp, Evolve, home-made).
    private static readonly Regex Versioned = new(@"^([VUBvub]\d[\d._]*__|[Rr]__|\d{3,}[^\d]|\d+[._-])", RegexOptions.CultureInvariant);

    private readonly List<(string[] Segments, int NameLength, AdditionalText File)> _files = [];
    private readonly CancellationToken _cancellation;

    public SqlFiles(ImmutableArray<AdditionalText> files, NameCatalog names, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        foreach (var file in files)
        {
            if (!file.Path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) || IsMigration(file.Path, names))
                continue;
            _files.Add((SegmentsOf(file.Path), SegmentsOf(NameOf(file.Path)).Length, file));
        }
    }

    public bool Any => _files.Count > 0;

    /// <summary>
    /// The file that a path ("sql/insert.sql") or the name of an embedded resource ("Shop.Sql.insert.sql") names, as far as
    /// the name is known; null where none or more than one fits.
    /// </summary>
    public SqlFile? Find(string name)
    {
        var known = name.Substring(name.LastIndexOf(SqlText.Hole) + 1).Trim();
        if (!known.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            return null;
        var asked = SegmentsOf(known);
        var isPath = known.IndexOfAny(['/', '\\']) >= 0;
        AdditionalText? best = null;
        var bestScore = 0;
        foreach (var (segments, nameLength, file) in _files)
        {
            var score = Common(asked, segments);
            if (score < nameLength || (isPath && score < asked.Length))
                continue;
            if (score == bestScore)
                best = null;
            if (score <= bestScore)
                continue;
            best = file;
            bestScore = score;
        }

        return best?.GetText(_cancellation) is { } text && text.Length <= SqlFile.MaxLength ? new SqlFile(best.Path, text) : null;
    }

    public static bool IsMigration(string path, NameCatalog names)
    {
        var parts = path.Replace('\\', '/').Split('/');
        for (var i = Math.Max(0, parts.Length - 1 - FoldersThatMatter); i < parts.Length - 1; i++)
        {
            if (names.Is(parts[i], NameMeaning.MigrationMember))
                return true;
        }

        return Versioned.IsMatch(parts[parts.Length - 1]) || names.Is(parts[parts.Length - 1].Substring(0, Math.Max(0, parts[parts.Length - 1].Length - Extension.Length)), NameMeaning.MigrationMember);
    }

    private static string NameOf(string path) => path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);

    // The compiler's names of resources have dots where paths have slashes, and no characters that an identifier has not.
    private static string[] SegmentsOf(string name) =>
        name.Replace('-', '_').Replace(' ', '_').Split(['/', '\\', '.'], StringSplitOptions.RemoveEmptyEntries);

    private static int Common(string[] asked, string[] segments)
    {
        var count = 0;
        while (count < asked.Length && count < segments.Length
            && string.Equals(asked[asked.Length - 1 - count], segments[segments.Length - 1 - count], StringComparison.OrdinalIgnoreCase))
            count++;
        return count;
    }
}
