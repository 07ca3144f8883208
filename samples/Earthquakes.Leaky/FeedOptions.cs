namespace Earthquakes;

public sealed class FeedOptions
{
    public string Inbox { get; init; } = "inbox";

    public string Archive { get; init; } = "archive";

    public string Database { get; init; } = "Data Source=quakes.db";

    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMinutes(5);
}
