namespace RerunSafe.TestKit.Tests.Processes;

/// <summary>What the helper does in a program that no check runs.</summary>
[NonParallelizable]
public class RerunPointTests
{
    private const string Variable = "RERUNSAFE_POINTS";

    [TearDown]
    public void Forget() => Environment.SetEnvironmentVariable(Variable, null);

    [Test]
    public void Nothing_happens_without_a_check() => Assert.That(() => RerunPoint.Reached("order 17 mailed"), Throws.Nothing);

    [TestCase("")]
    [TestCase("two\nlines")]
    public void A_name_that_is_no_line_is_refused_everywhere(string name) => Assert.That(() => RerunPoint.Reached(name), Throws.ArgumentException);

    [TestCase("41234")]
    [TestCase("somewhere:41234")]
    public void An_address_that_is_none_is_told(string address)
    {
        Environment.SetEnvironmentVariable(Variable, address);
        Assert.That(() => RerunPoint.Reached("order 17 mailed"), Throws.InstanceOf<IOException>().With.Message.Contains(address));
    }
}
