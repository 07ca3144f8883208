using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Catalog;

internal enum ExceptionMeaning
{
    /// <summary>"unique-violation": the row is already there.</summary>
    UniqueViolation,

    /// <summary>"cancellation": nothing is wrong with the record.</summary>
    Cancellation,

    /// <summary>"transient": the same call may go through later.</summary>
    Transient,

    /// <summary>"may-be-unique-violation": the type alone does not tell (DbUpdateException), handling it and rethrowing the rest does.</summary>
    MayBeUniqueViolation,

    /// <summary>"malformed": the record itself cannot be read; the same bytes fail again.</summary>
    Malformed,
}

/// <summary>What an exception type means, possibly only for certain values of one of its members.</summary>
/// <param name="Id">T:Npgsql.PostgresException</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Member">The member that tells ("SqlState"), or empty.</param>
/// <param name="Values">The member's values, as text ("23505"; for enums the member's name).</param>
internal sealed record ExceptionEntry(string Id, ExceptionMeaning Meaning, string Member, ImmutableArray<string> Values);
