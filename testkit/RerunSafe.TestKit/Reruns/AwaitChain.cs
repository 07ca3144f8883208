using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// The stack of a task that does not end. A waiting task has no thread and so no stack of frames; but each async method keeps what it
/// awaits in a field of its state machine, and that chain is the stack. Where a runtime names its fields otherwise, the chain is shorter.
/// </summary>
internal static partial class AwaitChain
{
    private const int Deepest = 30;
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>One line per method, outermost first.</summary>
    public static IReadOnlyList<string> Of(Task task)
    {
        var lines = new List<string>();
        try
        {
            object? current = task;
            while (current is Task && lines.Count < Deepest)
            {
                var machine = MachineOf(current);
                if (machine is null)
                {
                    lines.Add(current.GetType().Name is var name && name.StartsWith("DelayPromise", StringComparison.Ordinal) ? "Task.Delay" : $"a task of type {name}");
                    break;
                }

                lines.Add(MethodOf(machine.GetType()));
                current = AwaitedBy(machine);
            }
        }
        catch (Exception e) when (e is FieldAccessException or NotSupportedException or TargetException or ArgumentException)
        {
            lines.Add($"(the rest cannot be read: {e.Message})");
        }

        return lines;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Test processes are not trimmed; a missing field shortens the chain.")]
    private static object? MachineOf(object task) => task.GetType().GetField("StateMachine", Fields)?.GetValue(task) as IAsyncStateMachine;

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Test processes are not trimmed; a missing field shortens the chain.")]
    private static object? AwaitedBy(object machine)
    {
        foreach (var field in machine.GetType().GetFields(Fields).Where(f => f.Name.StartsWith("<>u__", StringComparison.Ordinal)))
        {
            if (TaskIn(field.GetValue(machine), 0) is { IsCompleted: false } awaited)
                return awaited;
        }

        return null;
    }

    /// <summary>The task inside an awaiter, which may wrap another one or a ValueTask.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Test processes are not trimmed; a missing field shortens the chain.")]
    private static Task? TaskIn(object? awaiter, int depth)
    {
        if (awaiter is null or Task || depth > 3)
            return awaiter as Task;
        foreach (var field in awaiter.GetType().GetFields(Fields))
        {
            var value = field.GetValue(awaiter);
            if (value is Task task)
                return task;
            if (value is ValueType and not bool && TaskIn(value, depth + 1) is { } inner)
                return inner;
        }

        return null;
    }

    private static string MethodOf(Type machine)
    {
        var owner = machine.DeclaringType;
        while (owner is { Name: ['<', ..] })
            owner = owner.DeclaringType;
        var match = MethodName().Match(machine.Name);
        return $"{owner?.Name}.{(match.Success ? match.Groups[1].Value : machine.Name)}";
    }

    [GeneratedRegex(@"<+([^<>]+)>")]
    private static partial Regex MethodName();
}
