using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Child;

// Pipelines as programs: the first argument says which one, the second where it writes; records come as lines.
if (args[0] == "hang")
{
    Console.WriteLine("waiting for the lock");
    using var orphan = System.Diagnostics.Process.Start("/bin/sleep", args[1]);
    Thread.Sleep(Timeout.Infinite);
}

if (args[0] == "fail")
{
    for (var i = 1; i <= 30; i++)
        Console.WriteLine($"line {i}");
    Console.Error.WriteLine("no such feed");
    return 3;
}

var lines = new List<string>();
while (Console.ReadLine() is { } line)
    lines.Add(line);
if (args[0] is "mark, then count" or "count once")
{
    RedisPipelines.Run(args[0], args[1], lines);
    return 0;
}

using var db = new SqliteConnection(args[1]);
db.Open();
SqlitePipelines.Run(args[0], db, lines);
return 0;
