using System.Diagnostics;
using Npgsql;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>A PostgreSQL server of its own in a temporary folder, reached through a socket in that folder.</summary>
internal sealed class PostgreSqlServer : IDisposable
{
    // Debian keeps each major version in a folder of its own; the newest one serves.
    private static readonly string Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0).Select(d => Path.Combine(d, "bin")).FirstOrDefault() ?? ""
        : "";

    private readonly string _folder = Directory.CreateTempSubdirectory("rerunsafe-pg-").FullName;

    public PostgreSqlServer()
    {
        Run("chown", "postgres", _folder);
        AsPostgres($"{Programs}/initdb", "-D", $"{_folder}/data", "-A", "trust", "-N");
        AsPostgres($"{Programs}/pg_ctl", "-D", $"{_folder}/data", "-l", $"{_folder}/log", "-w", "-o", $"-c listen_addresses= -c unix_socket_directories={_folder} -c fsync=off", "start");
    }

    public static bool IsInstalled => File.Exists($"{Programs}/initdb") && File.Exists("/usr/sbin/runuser") && Environment.UserName == "root";

    public NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection($"Host={_folder};Username=postgres;Database=postgres;Pooling=false");
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        AsPostgres($"{Programs}/pg_ctl", "-D", $"{_folder}/data", "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static void AsPostgres(params string[] command) => Run("/usr/sbin/runuser", ["-u", "postgres", "--", .. command]);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
