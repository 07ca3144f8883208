using System.Text.RegularExpressions;

namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>The tutorial analyzers/docs/your-own-bus.md does what it says: its own code, with its own catalogue.</summary>
public partial class OwnBusTests
{
    private static readonly string Page = ReadPage();

    [Test]
    public Task The_tutorial_says_what_the_analyzers_say()
    {
        var code = Marked().Replace(Blocks("csharp"), "{|RERUN2001:$1|}");
        Assert.That(code, Does.Contain("{|RERUN2001:"));
        return Verify.WithFilesAsync(code, [("/acme.rerunsafe.json", Blocks("json"))]);
    }

    [Test]
    public Task Without_its_catalogue_nothing_is_known_of_the_bus() => Verify.LibraryAsync(Blocks("csharp"));

    [Test]
    public void It_takes_ten_lines() => Assert.That(Blocks("json").Trim().Split('\n'), Has.Length.LessThanOrEqualTo(10));

    private static string Blocks(string language) =>
        string.Join("\n", Fence().Matches(Page).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value));

    private static string ReadPage()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Toolkit.sln")))
            folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder!.FullName, "analyzers", "docs", "your-own-bus.md")).ReplaceLineEndings("\n");
    }

    [GeneratedRegex("```(\\w+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(catch \(Exception e\))(?=[^\n]*// RERUN2001)")]
    private static partial Regex Marked();
}
