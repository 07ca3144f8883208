using System.Net;
using System.Net.Sockets;
using Npgsql;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>Runs of pipelines that need Npgsql itself.</summary>
public static class PostgreSqlRuns
{
    /// <summary>
    /// A connection string for Npgsql that leads to the sink through a proxy of the run (<see cref="PipelineRun.Through"/>), for pipelines that need
    /// <c>NpgsqlConnection</c> and not any <c>DbConnection</c>: COPY, notifications, types of their own. Every statement that writes and every commit is a point.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="sink">The sink.</param>
    /// <exception cref="SinkException">The sink's own connection string names several hosts.</exception>
    public static string ConnectionString(this PipelineRun run, PostgreSqlSink sink)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(sink);
        var proxy = run.Through(sink.Wire);
        return new NpgsqlConnectionStringBuilder(sink.ConnectionString) { Host = proxy.Address.ToString(), Port = proxy.Port, SslMode = SslMode.Disable }.ToString();
    }

    /// <summary>Where Npgsql would connect to.</summary>
    internal static EndPoint AddressOf(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        var host = parts.Host ?? "localhost";
        if (host.Contains(','))
            throw new SinkException($"The connection string names several hosts ({host}); a proxy stands in front of one. Name one of them.");
        return host.StartsWith('/') ? new UnixDomainSocketEndPoint($"{host}/.s.PGSQL.{parts.Port}") : new DnsEndPoint(host, parts.Port);
    }
}
