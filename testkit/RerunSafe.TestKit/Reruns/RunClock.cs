namespace RerunSafe.TestKit.Reruns;

/// <summary>A clock that shows one moment for a whole run, so that equal runs write equal times. Timers and time stamps are the machine's.</summary>
internal sealed class RunClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
}
