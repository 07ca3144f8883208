using System.Collections.Immutable;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Tests.Flow;

[Parallelizable(ParallelScope.All)]
public class ControlDependenceTests
{
    private static ImmutableArray<ImmutableArray<int>> Graph(params int[][] successors) =>
        [.. successors.Select(s => s.ToImmutableArray())];

    [Test]
    public void A_branch_decides_its_arms_and_not_what_follows_them()
    {
        // 0 → 1 | 2 → 3 (exit)
        var dependence = new ControlDependence(Graph([1, 2], [3], [3], []), exit: 3);
        Assert.That(dependence.Of(1), Is.EqualTo(new[] { 0 }));
        Assert.That(dependence.Of(2), Is.EqualTo(new[] { 0 }));
        Assert.That(dependence.Of(3), Is.Empty);
    }

    [Test]
    public void An_early_return_decides_the_rest()
    {
        // 0 → exit | 1 → 2 → exit
        var dependence = new ControlDependence(Graph([3, 1], [2], [3], []), exit: 3);
        Assert.That(dependence.Of(2), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void A_loop_decides_about_its_own_next_round()
    {
        // 0 → 1 (condition) → 2 (body) → 1 | 3
        var dependence = new ControlDependence(Graph([1], [2, 3], [1], []), exit: 3);
        Assert.That(dependence.Of(2), Is.EqualTo(new[] { 1 }));
        Assert.That(dependence.Of(1), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Nested_branches_decide_transitively_nearest_first()
    {
        // 0 → 1 | 5; 1 → 2 | 3; 2 → 3; 3 → 5
        var dependence = new ControlDependence(Graph([1, 5], [2, 3], [3], [5], [5], []), exit: 5);
        Assert.That(dependence.Of(2), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(dependence.Of(3), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void A_block_that_never_reaches_the_exit_is_no_trouble()
    {
        var dependence = new ControlDependence(Graph([1, 2], [1], []), exit: 2);
        Assert.That(dependence.Of(1), Is.EqualTo(new[] { 0 }).Or.Empty);
    }
}
