using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RerunSafe.TestKit.Tests.Wire;

/// <summary>A redis-server of the tests' own, on a free port, in a temporary folder.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private RedisServer(Process process, string folder, IPEndPoint address)
    {
        _process = process;
        _folder = folder;
        Address = address;
    }

    public IPEndPoint Address { get; }

    public static async Task<RedisServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rerunsafe-redis-").FullName;
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        var start = new ProcessStartInfo("redis-server", ["--port", $"{address.Port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--logfile", Path.Combine(folder, "log")]);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("These tests need redis-server on the PATH (on Debian and Ubuntu: apt-get install redis-server).", e);
        }

        var server = new RedisServer(process, folder, address);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(address);
                return server;
            }
            catch (SocketException) when (clock.Elapsed < TimeSpan.FromSeconds(30) && !process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
