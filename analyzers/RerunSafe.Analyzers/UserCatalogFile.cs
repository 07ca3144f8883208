using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers;

/// <summary>A user's catalogue file as the compiler hands it over.</summary>
internal sealed class UserCatalogFile
{
    private readonly bool _isUnreadable;

    /// <summary>Takes a file; its text is null where the compiler could not read it.</summary>
    public UserCatalogFile(string path, SourceText? text)
    {
        Path = path;
        Text = text ?? SourceText.From("");
        _isUnreadable = text is null;
        Key = path + "|" + _isUnreadable + "|" + string.Concat(Text.GetChecksum().Select(b => b.ToString("x2")));
    }

    public string Path { get; }

    public SourceText Text { get; }

    /// <summary>Equal for equal places and texts.</summary>
    public string Key { get; }

    public CatalogContent Read()
    {
        if (_isUnreadable)
            return Refused("the file cannot be read", "check that it exists and is UTF-8 text");

        // A huge file is refused before a string of it is made.
        return Text.Length > JsonReader.MaxLength
            ? Refused($"the file has {Text.Length:N0} characters", $"split it into files of at most {JsonReader.MaxLength:N0}")
            : CatalogReader.Read(Text.ToString());
    }

    private static CatalogContent Refused(string wrong, string cure) =>
        new(ApiCatalogData.Empty, ImmutableArray.Create(new CatalogProblem(0, 0, wrong, cure)));
}
