using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What users set in .editorconfig or through MSBuild.</summary>
/// <param name="Dialect"><c>rerunsafe_dialect</c>: the dialect of SQL whose connection type does not tell.</param>
/// <param name="AllMethodsAreRoots"><c>rerunsafe_scope = all</c>: every public method is taken as a rerun path (libraries).</param>
internal sealed record EngineOptions(SqlDialect Dialect, bool AllMethodsAreRoots)
{
    public static EngineOptions Default { get; } = new(SqlDialect.Generic, AllMethodsAreRoots: false);
}
