using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>A connection, command, context-options or transaction type that tells the dialect.</summary>
/// <param name="Id">A documentation-comment ID of a type (T:Npgsql.NpgsqlConnection) or of a configuring method (M:…UseNpgsql).</param>
/// <param name="Dialect">The dialect it speaks.</param>
/// <param name="Facts">What it does with transactions.</param>
internal sealed record DialectEntry(string Id, SqlDialect Dialect, ProviderFacts Facts = ProviderFacts.None);
