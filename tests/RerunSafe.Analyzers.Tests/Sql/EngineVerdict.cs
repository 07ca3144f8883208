using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>Compares a verdict with what an engine did.</summary>
internal static class EngineVerdict
{
    public static void Check(SqlCase expected, RunTwice run, bool hasKey)
    {
        // A conflict clause that names a key which is not there is refused; one that names none lets copies in.
        var needsKey = expected.Convergence is Convergence.ConflictIgnored or Convergence.ConflictUpdates or Convergence.UniqueViolationHandled;
        if (needsKey && !hasKey)
        {
            Assert.That(run.FirstFailed || run.HasMoreRows, Is.True, "without a key it must be refused or repeat");
            return;
        }

        Assert.That(run.FirstFailed, Is.False, "the text must run");
        switch (expected.Effect)
        {
            case RerunEffect.Repeats when hasKey:
                Assert.That(run.SecondFailed && run.IsSame, Is.True, "the key must refuse the second run");
                break;
            case RerunEffect.Repeats:
                Assert.That(run.HasMoreRows, Is.True, "the second run must add rows");
                break;
            case RerunEffect.Relative:
                Assert.That(run.SecondFailed, Is.False);
                Assert.That(run.IsSame, Is.False, "the second run must change values");
                break;
            default:
                Assert.That(run.SecondFailed, Is.False);
                Assert.That(run.Second, Is.EqualTo(run.First));
                break;
        }
    }
}
