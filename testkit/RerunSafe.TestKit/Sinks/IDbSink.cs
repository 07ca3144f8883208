using System.Data.Common;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Sinks;

/// <summary>A sink that pipelines reach through ADO.NET.</summary>
public interface IDbSink : ISink
{
    /// <summary>
    /// A new connection to the sink: closed, and not pooled, so that closing it really ends its session. The caller disposes of it.
    /// What it does is unseen by the test kit: pipelines under test get the connection of their run instead.
    /// </summary>
    DbConnection CreateConnection();

    /// <summary>How calls to this engine fail; null for what the kit itself knows of the provider.</summary>
    IFaultDialect? Faults => null;
}
