using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class DrawTests
{
    [Test]
    public void Draws_of_different_purposes_streams_and_seeds_are_unrelated()
    {
        var draws = new[] { Draw.For(1, "a", "x"), Draw.For(1, "a", "y"), Draw.For(1, "b", "x"), Draw.For(2, "a", "x") };
        var bits = draws.SelectMany(d => Enumerable.Range(0, 1000).SelectMany(i => new[] { d.Bits(i), d.Bits(i, 1) })).ToList();
        Assert.That(bits, Is.Unique);
    }

    [Test]
    public void Units_are_spread_evenly()
    {
        var draw = Draw.For(1, "a", "x");
        var units = Enumerable.Range(0, 100_000).Select(i => draw.Unit(i)).ToList();
        Assert.That(units, Is.All.InRange(0.0, 1.0).And.All.LessThan(1.0));
        for (var tenth = 0; tenth < 10; tenth++)
            Assert.That(units.Count(u => (int)(u * 10) == tenth), Is.InRange(9_600, 10_400));
    }

    [Test]
    public void Below_reaches_every_number_and_no_other()
    {
        var draw = Draw.For(1, "a", "x");
        Assert.That(Enumerable.Range(0, 200).Select(i => draw.Below(5, i)).Distinct().Order(), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
    }
}
