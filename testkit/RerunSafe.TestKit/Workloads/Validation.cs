namespace RerunSafe.TestKit.Workloads;

/// <summary>What can be said of a recipe before the first record is made.</summary>
internal static class Validation
{
    public static void Check<T>(Recipe<T> recipe)
    {
        foreach (var fault in recipe.Duplicates.SelectMany(rule => rule.Faults))
        {
            foreach (var selector in fault.MustBeFields)
            {
                if (selector.Fields(recipe.Json).Count != 1)
                {
                    throw new WorkloadException(
                        $"The fault '{fault.Name}' must change {selector.Text} in the JSON, but that names no single field that {TypeName.Of(typeof(T))} is written with. "
                        + "Select a property that is serialized ([JsonIgnore], a private getter or a public field without IncludeFields hide it), or give AsJson the options that write it.");
                }
            }

            if (fault.Key is { } key && key.Text != recipe.Key!.Text && !key.Fields(recipe.Json).SequenceEqual(recipe.Key.Fields(recipe.Json)))
            {
                throw new WorkloadException(
                    $"The fault '{fault.Name}' keeps the business key {key.Text}, but the workload has {recipe.Key.Text}. A workload has one business key: use the same selector in KeyedBy and in every fault.");
            }
        }

        if (recipe is { Late: { Fraction: > 0 } late, Records.Available: null, Count: > 0 } && late.Past.Ticks / recipe.Interval.Ticks + 2 >= recipe.Count)
        {
            throw new WorkloadException(
                $"No record can be late: {recipe.Count} records at one per {recipe.Interval:c} end {recipe.Interval * recipe.Count:c} after the first, and late means more than {late.Past:c} past. "
                + "Raise Count, widen the interval with Every(...), or lower past.");
        }
    }
}
