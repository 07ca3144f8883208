using System.Data.Common;
using System.Diagnostics;
using System.Reflection;
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
            if (frame.GetMethod() is { DeclaringType: { } type } method && !IsLibrary(type.Assembly.FullName ?? ""))
                return Line(frame) ?? MethodLines.Of(method) ?? NameOf(method, type);
        }

        return null;
    }

    private static string? Line(StackFrame frame)
        => frame.GetFileName() is { } file && frame.GetFileLineNumber() > 0 ? $"{Path.GetFileName(file)}:{frame.GetFileLineNumber()}" : null;

    /// <summary>A method as its author calls it: an async method runs as <c>MoveNext</c> of a type named after it.</summary>
    private static string NameOf(MethodBase method, Type type)
    {
        var end = type.Name.IndexOf('>', StringComparison.Ordinal);
        return type.DeclaringType is { } outer && type.Name.StartsWith('<') && end > 1
            ? $"{outer.Name}.{type.Name[1..end]}"
            : $"{type.Name}.{method.Name}";
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
