namespace RerunSafe.Analyzers.Flow;

/// <summary>What a sketched member is.</summary>
internal enum MemberKind
{
    Method,
    Constructor,
    Accessor,
    TopLevel,
}
