using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Code that a retry runs again after a failure.</summary>
/// <param name="Body">The delegate, or the body of the try, that runs again.</param>
/// <param name="Target">The method that is handed over instead of a lambda; null for a lambda or a loop.</param>
/// <param name="Name">What retries, for messages: "the loop", "policy.ExecuteAsync".</param>
/// <param name="IsCertain">The code shows that it is a retry, and not some other policy.</param>
internal sealed record RetryRegion(IOperation Body, IMethodSymbol? Target, string Name, bool IsCertain);
