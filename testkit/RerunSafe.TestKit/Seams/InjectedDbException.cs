using System.Data.Common;

namespace RerunSafe.TestKit.Seams;

/// <summary>An error that the kit raises for a provider without a dialect. Transient, so that retry policies take it for worth a retry.</summary>
internal sealed class InjectedDbException(string message) : DbException(message)
{
    public override bool IsTransient => true;
}
