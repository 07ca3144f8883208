using System.Runtime.CompilerServices;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Statements are compared by identity: two equal texts are two writes.</summary>
internal sealed class ReferenceComparer : IEqualityComparer<SqlStatement>
{
    public static ReferenceComparer Instance { get; } = new();

    public bool Equals(SqlStatement? x, SqlStatement? y) => ReferenceEquals(x, y);

    public int GetHashCode(SqlStatement statement) => RuntimeHelpers.GetHashCode(statement);
}
