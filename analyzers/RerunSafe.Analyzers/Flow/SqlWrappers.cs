using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Helpers of this compilation that run one of their string parameters as SQL, themselves or through another helper.
/// Each body is read once: what it runs, and which parameter it hands on to whom.
/// </summary>
internal sealed class SqlWrappers
{
    private readonly Engine _engine;
    private readonly ConcurrentDictionary<IMethodSymbol, Summary> _summaries = new(SymbolEqualityComparer.Default);

    public SqlWrappers(Engine engine) => _engine = engine;

    /// <summary>What the catalogue says of the call that finally runs the parameter, with its dialect; null where none does.</summary>
    public (ApiEntry Api, SqlDialect Dialect)? Find(IMethodSymbol method, int ordinal)
    {
        var seen = new HashSet<(ISymbol Method, int Ordinal)>();
        var work = new Queue<(IMethodSymbol Method, int Ordinal)>();
        work.Enqueue((method, ordinal));
        while (work.Count > 0)
        {
            var (current, parameter) = work.Dequeue();
            foreach (var body in _engine.Implementations.Of(current))
            {
                if (!seen.Add((body, parameter)))
                    continue;
                var summary = _summaries.GetOrAdd(body, m => Read((IMethodSymbol)m));
                if (summary.Runs.TryGetValue(parameter, out var run))
                    return run;
                foreach (var (from, target, to) in summary.HandsOn)
                {
                    if (from == parameter)
                        work.Enqueue((target, to));
                }
            }
        }

        return null;
    }

    private Summary Read(IMethodSymbol method)
    {
        if (!method.Parameters.Any(p => p.Type.SpecialType == SpecialType.System_String || IsCommand(p.Type)) || _engine.OperationOf(method) is not { } root)
            return Summary.Empty;
        var summary = new Summary();
        foreach (var operation in root.Descendants())
        {
            if (operation is not IInvocationOperation call)
                continue;
            if (_engine.Catalog.Find(call.TargetMethod, ApiMeaning.ExecuteSql) is { } entry)
                AddRun(summary, method, call, entry);
            else
                AddHandedOn(summary, method, call);
        }

        return summary;
    }

    /// <summary>An object that carries SQL: DbCommand, IDbCommand and what derives from them.</summary>
    public static bool IsCommand(ITypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t is { Name: "DbCommand" or "IDbCommand", ContainingNamespace.Name: "Data" or "Common" })
                return true;
        }

        return false;
    }

    private void AddRun(Summary summary, IMethodSymbol method, IInvocationOperation call, ApiEntry entry)
    {
        if (call.Instance is { } command && entry.Argument is "receiver" or "" && OrdinalOf(Operations.Unwrap(command!), method) is { } handed && !summary.Runs.ContainsKey(handed))
            summary.Runs.Add(handed, (entry, _engine.DialectOf(call)));
        foreach (var text in new CommandTexts(_engine).Resolve(call, entry))
        {
            foreach (var hole in text.Holes)
            {
                if ((OrdinalOf(hole, method) ?? OrdinalOfFile(hole, method)) is { } ordinal && !summary.Runs.ContainsKey(ordinal))
                    summary.Runs.Add(ordinal, (entry, _engine.DialectOf(call)));
            }
        }
    }

    // RunScript(name): the parameter names the .sql file that is run.
    private int? OrdinalOfFile(IOperation hole, IMethodSymbol method)
    {
        if (!_engine.SqlFiles.Any || hole is not IInvocationOperation read || new SqlFileReads(_engine.Texts, mayBeHole: true).NameIn(read) is not { } name)
            return null;
        foreach (var part in name.Holes)
        {
            if (OrdinalOf(part, method) is { } ordinal)
                return ordinal;
        }

        return null;
    }

    private static void AddHandedOn(Summary summary, IMethodSymbol method, IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter && (parameter.Type.SpecialType == SpecialType.System_String || IsCommand(parameter.Type)) && OrdinalOf(Operations.Unwrap(argument.Value), method) is { } ordinal)
                summary.HandsOn.Add((ordinal, (call.TargetMethod.ReducedFrom ?? call.TargetMethod).OriginalDefinition, parameter.Ordinal));
        }
    }

    private static int? OrdinalOf(IOperation operation, IMethodSymbol method) =>
        operation is IParameterReferenceOperation { Parameter: var parameter } && Operations.SameSymbol(parameter.ContainingSymbol.OriginalDefinition, method.OriginalDefinition)
            ? parameter.Ordinal
            : null;

    private sealed class Summary
    {
        public static readonly Summary Empty = new();

        public Dictionary<int, (ApiEntry Api, SqlDialect Dialect)> Runs { get; } = [];

        public List<(int From, IMethodSymbol Target, int To)> HandsOn { get; } = [];
    }
}
