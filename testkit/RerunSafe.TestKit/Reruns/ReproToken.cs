namespace RerunSafe.TestKit.Reruns;

/// <summary>One failure in one line: the schedule, the point and the groups that show it. "CrashAtEveryWrite/3b1f0c9a77d2/groups orders 4,17".</summary>
/// <param name="Schedule">The schedule's name; "Once" for the undisturbed runs.</param>
/// <param name="Point">The id of the point, or null for a schedule without one.</param>
/// <param name="Groups">The kept groups, or null for all.</param>
internal sealed record ReproToken(string Schedule, string? Point, KeptGroups? Groups)
{
    public const string Undisturbed = "Once";

    private const string GroupsPrefix = "groups ";

    public static ReproToken Parse(string token)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        // A stream's name may hold slashes; the groups come last, so that the first ones divide.
        var parts = token.Split('/', 3);
        string? point = null;
        string? groups = null;
        if (parts.Length == 2 && parts[1].StartsWith(GroupsPrefix, StringComparison.Ordinal))
            groups = parts[1];
        else if (parts.Length >= 2 && !parts[1].StartsWith(GroupsPrefix, StringComparison.Ordinal))
            (point, groups) = (parts[1], parts.ElementAtOrDefault(2));
        else if (parts.Length == 3)
            groups = $"{parts[1]}/{parts[2]}";
        if (groups is not null && !groups.StartsWith(GroupsPrefix, StringComparison.Ordinal))
            throw Invalid(token, $"'{groups}' does not begin with 'groups '");
        return new ReproToken(parts[0], point, groups is null ? null : ParseGroups(token, groups[GroupsPrefix.Length..]));
    }

    /// <inheritdoc/>
    public override string ToString() => Schedule + (Point is null ? "" : $"/{Point}") + (Groups is null ? "" : $"/{GroupsPrefix}{Groups}");

    private static KeptGroups ParseGroups(string token, string text)
    {
        var groups = new List<GroupId>();
        foreach (var part in text.Split("; "))
        {
            var space = part.LastIndexOf(' ');
            if (space <= 0)
                throw Invalid(token, $"'{part}' is not the name of a workload and its groups, such as 'orders 4,17'");
            foreach (var number in part[(space + 1)..].Split(','))
                groups.Add(new(part[..space], int.TryParse(number, out var group) && group >= 0 ? group : throw Invalid(token, $"'{number}' is not the number of a group")));
        }

        return new KeptGroups(groups);
    }

    private static ArgumentException Invalid(string token, string why) =>
        new($"'{token}' is no repro token: {why}. A token looks like 'CrashAtEveryWrite/3b1f0c9a77d2/groups orders 4,17'; take it from a report.", nameof(token));
}
