using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A statement with the text that holds it and the call that runs it.</summary>
internal readonly record struct SqlUse(SqlFact Fact, ResolvedSql Text, SqlStatement Statement);
