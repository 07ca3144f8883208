namespace RerunSafe.Analyzers.Rules;

internal static class Categories
{
    public const string Idempotency = "Idempotency";
    public const string DeadLetters = "DeadLetter";
    public const string Duplicates = "Duplicates";
    public const string Toolkit = "RerunSafe";
}
