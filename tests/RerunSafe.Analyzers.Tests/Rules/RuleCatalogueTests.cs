using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Rules;

namespace RerunSafe.Analyzers.Tests.Rules;

/// <summary>Nothing about a rule may be missing: its page, title, help link, release-tracking line, or its place in the modes.</summary>
[Parallelizable(ParallelScope.All)]
public class RuleCatalogueTests
{
    private static readonly string[] Modes = ["All", "None", "Strict"];

    // A user asks for these: nothing in the code alone shows that they are right.
    private static readonly string[] OffByDefault = ["RERUN0003", "RERUN0004", "RERUN3003"];

    private static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Toolkit.sln")))
                folder = folder.Parent;
            return folder!.FullName;
        }
    }

    private static IEnumerable<string> Ids => AllRules.Infos.Select(info => info.Id);

    private static RuleInfo Info(string id) => AllRules.Infos.Single(info => info.Id == id);

    private static string Page(string id) => Path.Combine(Repository, "analyzers", "docs", "rules", id + ".md");

    [Test]
    public void Ids_are_unique_and_of_the_agreed_form() =>
        Assert.That(Ids, Is.Unique.And.All.Match("^RERUN[0-3][0-9]{3}$"));

    [TestCaseSource(nameof(Ids))]
    public void A_rule_has_a_page_under_its_title(string id)
    {
        Assert.That(Page(id), Does.Exist);
        Assert.That(File.ReadLines(Page(id)).First(), Is.EqualTo($"# {id}: {Info(id).Live.Title}"));
    }

    [TestCaseSource(nameof(Ids))]
    public void A_page_shows_bad_and_good_code_when_to_suppress_and_how_to_configure(string id)
    {
        var page = File.ReadAllText(Page(id));
        foreach (var heading in new[] { "## Bad", "## Good", "## When to suppress", "## Configuration" })
            Assert.That(page, Does.Contain(heading));
    }

    [TestCaseSource(nameof(Ids))]
    public void Every_descriptor_links_to_the_page_and_describes_the_rule(string id)
    {
        foreach (var descriptor in Info(id).Descriptors)
        {
            Assert.That(descriptor.HelpLinkUri, Does.EndWith($"/analyzers/docs/rules/{id}.md"));
            Assert.That(descriptor.Description.ToString(), Is.Not.Empty);
            Assert.That(descriptor.IsEnabledByDefault, Is.EqualTo(!OffByDefault.Contains(id)));
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void Release_tracking_knows_the_rule_with_its_category_and_severity(string id)
    {
        var live = Info(id).Live;
        var lines = File.ReadLines(Path.Combine(Repository, "analyzers", "RerunSafe.Analyzers", "AnalyzerReleases.Unshipped.md"))
            .Concat(File.ReadLines(Path.Combine(Repository, "analyzers", "RerunSafe.Analyzers", "AnalyzerReleases.Shipped.md")));
        Assert.That(lines, Has.Exactly(1).StartsWith($"{id} | {live.Category} | {(live.IsEnabledByDefault ? live.DefaultSeverity : "Disabled")} |"));
    }

    [Test]
    public void Release_tracking_knows_no_rule_that_does_not_exist() =>
        Assert.That(
            File.ReadLines(Path.Combine(Repository, "analyzers", "RerunSafe.Analyzers", "AnalyzerReleases.Unshipped.md"))
                .Where(l => l.StartsWith("RERUN", StringComparison.Ordinal)).Select(l => l[..9]),
            Is.EquivalentTo(Ids));

    [Test]
    public void Every_mode_sets_every_rule([ValueSource(nameof(Modes))] string mode)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository, "build", "modes", $"RerunSafe.{mode}.globalconfig"));
        foreach (var id in Ids)
            Assert.That(lines, Has.Exactly(1).StartsWith($"dotnet_diagnostic.{id}.severity = "));
    }

    [Test]
    public void A_page_in_the_folder_belongs_to_a_rule() =>
        Assert.That(
            Directory.GetFiles(Path.Combine(Repository, "analyzers", "docs", "rules"), "*.md").Select(Path.GetFileNameWithoutExtension),
            Is.EquivalentTo(Ids));

    [Test]
    public void What_only_the_call_graph_shows_is_tagged_as_reported_at_the_end() =>
        Assert.That(AllRules.Infos.Select(i => i.AtEnd.CustomTags), Has.All.Contains(WellKnownDiagnosticTags.CompilationEnd));
}
