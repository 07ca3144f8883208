using System.Diagnostics;
using Npgsql;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>
/// A PostgreSQL server of its own in a temporary folder, reached through a socket in that folder: no port, no password, no configuration.
/// It does not wait for the disk. PostgreSQL refuses to run as root, so as root it runs as the user <c>postgres</c> or <c>nobody</c>.
/// <para>
/// It ends with this process, also when the process is killed: a shell stands beside it, waits for the end of its own input, which is
/// a pipe from this process, then stops the server by its id and removes the folder.
/// </para>
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Keeper = """
        "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c max_connections=200 >"$2/log" 2>&1 </dev/null &
        server=$!
        cat >/dev/null
        kill -QUIT $server 2>/dev/null
        wait $server 2>/dev/null
        rm -rf "$2"
        """;

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgreSqlServer>> Common = new(() => StartAsync(CancellationToken.None));

    private readonly string _folder;
    private readonly Process _keeper;

    private PostgreSqlServer(string folder, Process keeper)
    {
        _folder = folder;
        _keeper = keeper;
        ConnectionString = new NpgsqlConnectionStringBuilder { Host = folder, Username = "postgres", Database = "postgres", Pooling = false }.ToString();
    }

    /// <summary>How to reach its database <c>postgres</c>, as superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>The server that all sinks of this process share unless they are given a connection string.</summary>
    /// <exception cref="SinkException">PostgreSQL is not installed or does not start.</exception>
    public static Task<PostgreSqlServer> SharedAsync() => Common.Value;

    /// <summary>Makes a new cluster and starts it. <c>pg_config</c> on the PATH says where PostgreSQL is, else <c>/usr/lib/postgresql</c>.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SinkException">PostgreSQL is not installed or does not start; the message holds what it said.</exception>
    public static async Task<PostgreSqlServer> StartAsync(CancellationToken cancellationToken = default)
    {
        var programs = Programs();
        var user = Environment.UserName == "root" ? ServerUser() : null;
        var folder = Directory.CreateTempSubdirectory("rerunsafe-pg-").FullName;
        try
        {
            if (user is not null)
                await RunAsync("chown", [user, folder], cancellationToken).ConfigureAwait(false);
            var (program, before) = As(user);
            await RunAsync(program, [.. before, $"{programs}/initdb", "-D", $"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], cancellationToken).ConfigureAwait(false);
            var start = new ProcessStartInfo(program, [.. before, "/bin/sh", "-c", Keeper, "sh", programs, folder]) { WorkingDirectory = "/", RedirectStandardInput = true };
            var server = new PostgreSqlServer(folder, Process.Start(start)!);
            await server.WaitAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            if (Directory.Exists($"{folder}/data") is false)
                Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Stops the server and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync().ConfigureAwait(false);
        _keeper.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString);
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NpgsqlException) when (clock.Elapsed < LongestStart && !_keeper.HasExited)
            {
                await Task.Delay(50, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                var log = Path.Combine(_folder, "log");
                var said = File.Exists(log) ? await File.ReadAllTextAsync(log, cancellationToken).ConfigureAwait(false) : e.Message;
                await DisposeAsync().ConfigureAwait(false);
                throw new SinkException($"PostgreSQL did not start within {LongestStart.TotalSeconds:0} s. It said: {said.Trim()}", e);
            }
        }
    }

    private static string Programs()
    {
        foreach (var folder in Candidates())
        {
            if (File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
                return folder;
        }

        throw new SinkException("PostgreSQL is not installed: neither pg_config nor /usr/lib/postgresql leads to initdb and postgres. Install it (on Debian and Ubuntu: apt-get install postgresql), or give PostgreSqlSink.CreateAsync the connection string of a server.");
    }

    private static IEnumerable<string> Candidates()
    {
        if (PgConfig() is { } configured)
            yield return configured;
        // Debian keeps each major version in a folder of its own; the newest one serves.
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            foreach (var version in Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var number) ? number : 0))
                yield return Path.Combine(version, "bin");
        }
    }

    private static string? PgConfig()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pg_config", ["--bindir"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var folder = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? folder : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string ServerUser()
    {
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet();
        return users.Contains("postgres") ? "postgres" : "nobody";
    }

    private static (string Program, string[] Before) As(string? user)
    {
        if (user is null)
            return ("/usr/bin/env", []);
        var runuser = new[] { "/usr/sbin/runuser", "/sbin/runuser" }.FirstOrDefault(File.Exists)
            ?? throw new SinkException("PostgreSQL does not run as root, and there is no runuser to start it as another user. Run the tests as another user, or give a connection string.");
        return (runuser, ["-u", user, "--"]);
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await output.ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new SinkException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Trim()}");
    }
}
