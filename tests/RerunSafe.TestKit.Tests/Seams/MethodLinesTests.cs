using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Tests.Seams;

/// <summary>Optimised code often has no line for a call; a story then names the lines of the method.</summary>
public class MethodLinesTests
{
    [Test]
    public void A_method_has_the_lines_from_its_first_statement_to_its_last()
    {
        var (first, last) = (LineOfFirst(), LineOfLast());

        Assert.That(MethodLines.Of(GetType().GetMethod(nameof(Lines), BindingFlags.NonPublic | BindingFlags.Static)!), Is.EqualTo($"MethodLinesTests.cs:{first}-{last}"));
    }

    [Test]
    public void An_async_method_has_the_lines_of_its_body()
    {
        var machine = GetType().GetMethod(nameof(LaterAsync), BindingFlags.NonPublic | BindingFlags.Static)!.GetCustomAttribute<AsyncStateMachineAttribute>()!.StateMachineType;
        var moveNext = machine.GetMethod("MoveNext", BindingFlags.NonPublic | BindingFlags.Instance)!;

        Assert.That(MethodLines.Of(moveNext), Does.Match(@"^MethodLinesTests\.cs:\d+-\d+$"));
    }

    [Test]
    public void A_method_made_at_run_time_or_without_debug_information_has_none()
    {
        var made = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Made"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("Made").DefineType("Made", TypeAttributes.Public);
        var body = made.DefineMethod("Run", MethodAttributes.Public | MethodAttributes.Static).GetILGenerator();
        body.Emit(OpCodes.Ret);

        Assert.That(MethodLines.Of(made.CreateType().GetMethod("Run")!), Is.Null);
        Assert.That(MethodLines.Of(typeof(string).GetMethod(nameof(string.IsNullOrEmpty))!), Is.Null);
    }

    private static int _lastLine;

    private static void Lines()
    {
        _lastLine = LineOf();
        _lastLine++;
    }

    private static async Task LaterAsync()
    {
        await Task.Yield();
        _lastLine++;
    }

    // The opening brace is the first sequence point in code that is not optimised, the first statement in code that is.
    private static int LineOfFirst()
    {
        Lines();
        return _lastLine - 1 - (IsOptimised ? 0 : 1);
    }

    private static int LineOfLast()
    {
        Lines();
        return _lastLine + 1;
    }

    private static bool IsOptimised
        => typeof(MethodLinesTests).Assembly.GetCustomAttribute<System.Diagnostics.DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };

    private static int LineOf([CallerLineNumber] int line = 0) => line;
}
