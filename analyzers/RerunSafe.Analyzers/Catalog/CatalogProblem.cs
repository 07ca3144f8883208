namespace RerunSafe.Analyzers.Catalog;

/// <summary>Something in a catalogue file that cannot be used as it stands.</summary>
/// <param name="Start">The index in the text of the first character that is wrong.</param>
/// <param name="Length">How many characters are wrong.</param>
/// <param name="Wrong">What is wrong, as half a sentence.</param>
/// <param name="Cure">What to write instead, as half a sentence.</param>
internal sealed record CatalogProblem(int Start, int Length, string Wrong, string Cure);
