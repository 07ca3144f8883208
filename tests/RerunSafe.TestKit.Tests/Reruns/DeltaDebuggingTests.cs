using RerunSafe.TestKit.Reruns.Shrinking;

namespace RerunSafe.TestKit.Tests.Reruns;

public class DeltaDebuggingTests
{
    [TestCase(new[] { 7 })]
    [TestCase(new[] { 3, 61 })]
    [TestCase(new[] { 0, 31, 32, 63 })]
    public async Task The_items_that_fail_together_are_found(int[] culprits)
    {
        var found = await DeltaDebugging.MinimizeAsync<int>([.. Enumerable.Range(0, 64)], items => Task.FromResult<bool?>(culprits.All(items.Contains)));
        Assert.That(found, Is.EqualTo(culprits));
    }

    [Test]
    public async Task A_search_that_gives_up_keeps_the_best_so_far()
    {
        var tries = 0;
        var found = await DeltaDebugging.MinimizeAsync<int>([.. Enumerable.Range(0, 64)], items => Task.FromResult(++tries > 2 ? (bool?)null : items.Contains(5)));
        Assert.That(found, Has.Count.EqualTo(16).And.Contains(5));
    }

    [Test]
    public async Task One_item_is_not_tried()
    {
        var found = await DeltaDebugging.MinimizeAsync<int>([1], _ => throw new InvalidOperationException("tried"));
        Assert.That(found, Is.EqualTo(new[] { 1 }));
    }
}
