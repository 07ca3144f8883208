using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Rules;
using RerunSafe.Analyzers.Rules.Toolkit;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers;

/// <summary>Comments in .sql files that are meant to silence a rule and name none, or do not say why.</summary>
internal static class SqlIgnoreProblems
{
    public static IEnumerable<Diagnostic> In(ImmutableArray<AdditionalText> files, CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            if (!file.Path.EndsWith(SqlFiles.Extension, StringComparison.OrdinalIgnoreCase) || file.GetText(cancellation) is not { } text || text.Length > SqlFile.MaxLength)
                continue;
            foreach (var ignore in SqlIgnores.Read(text.ToString()).All)
            {
                var unknown = ignore.Rules.FirstOrDefault(rule => !AllRules.Infos.Any(info => string.Equals(info.Id, rule, StringComparison.OrdinalIgnoreCase)));
                if (ignore.Rules.Count == 0 || unknown is not null)
                    yield return new CatalogFileProblem(file.Path, text, Problem(ignore, unknown)).ToDiagnostic();
                else if (SuppressionWithoutReason.IsUnexplained(ignore))
                    yield return Diagnostic.Create(SuppressionWithoutReason.Rule.AtEnd, PlaceOf(ignore, file.Path, text), SuppressionWithoutReason.Names(ignore));
            }
        }
    }

    private static Location PlaceOf(SqlIgnore ignore, string path, SourceText text)
    {
        var span = new TextSpan(ignore.Comment.Start, ignore.Comment.Length);
        return Location.Create(path, span, text.Lines.GetLinePositionSpan(span));
    }

    private static CatalogProblem Problem(SqlIgnore ignore, string? unknown) => new(
        ignore.Comment.Start,
        ignore.Comment.Length,
        unknown is null ? "the comment names no rule to ignore" : $"'{unknown}' is no rule",
        "write '-- rerunsafe:ignore RERUN1001 the reason'");
}
