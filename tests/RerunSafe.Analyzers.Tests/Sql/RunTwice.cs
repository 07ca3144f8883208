using System.Data.Common;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>Runs a text twice on an engine and tells what the second run did.</summary>
internal sealed record RunTwice(bool FirstFailed, bool SecondFailed, string First, string Second)
{
    public static RunTwice Of(DbConnection connection, string text, bool hasKey)
    {
        SqlWorld.SetUp(connection, hasKey);
        var firstFailed = !TryRun(connection, text);
        var first = SqlWorld.State(connection);
        var secondFailed = !TryRun(connection, text);
        return new RunTwice(firstFailed, secondFailed, first, SqlWorld.State(connection));
    }

    public bool IsSame => First == Second;

    public bool HasMoreRows => Second.Count(c => c == '\n') > First.Count(c => c == '\n');

    private static bool TryRun(DbConnection connection, string text)
    {
        try
        {
            SqlWorld.Execute(connection, text);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }
}
