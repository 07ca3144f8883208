using System.Data.Common;
using System.Diagnostics;
using System.Text;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Seams;

/// <summary>Finds the call site and the parameters of a running step.</summary>
internal sealed class StepOrigin(DbCommand? command) : IStepOrigin
{
    private const int MostParameters = 12;

    // Libraries between a pipeline and its connection. Their frames are not where one looks for the fault.
    private static readonly string[] Libraries =
    [
        "System.", "Microsoft.", "mscorlib", "netstandard", "Dapper", "linq2db", "NHibernate", "ServiceStack.", "RepoDb", "Polly", "Npgsql", "MySqlConnector", "DuckDB.", "nunit.", "RerunSafe.TestKit,", "RerunSafe.TestKit.NUnit,", "RerunSafe.TestKit.PostgreSql,",
    ];

    public string? CallSite()
    {
        var trace = new StackTrace(1, fNeedFileInfo: true);
        foreach (var frame in trace.GetFrames())
        {
            if (frame.GetMethod()?.DeclaringType is not { } type || IsLibrary(type.Assembly.FullName ?? ""))
                continue;

            return frame.GetFileName() is { } file
                ? $"{Path.GetFileName(file)}:{frame.GetFileLineNumber()}"
                : $"{(type.DeclaringType ?? type).Name}.{frame.GetMethod()!.Name}";
        }

        return null;
    }

    public string? Parameters()
    {
        if (command is null || command.Parameters.Count == 0)
            return null;

        var text = new StringBuilder();
        for (var i = 0; i < command.Parameters.Count && i < MostParameters; i++)
        {
            var parameter = command.Parameters[i];
            text.Append(i == 0 ? "" : ", ").Append(parameter.ParameterName).Append('=').Append(SinkValue.Text(parameter.Value));
        }

        if (command.Parameters.Count > MostParameters)
            text.Append(", … ").Append(command.Parameters.Count - MostParameters).Append(" more");

        return text.ToString();
    }

    private static bool IsLibrary(string assembly)
    {
        foreach (var library in Libraries)
        {
            if (assembly.StartsWith(library, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
