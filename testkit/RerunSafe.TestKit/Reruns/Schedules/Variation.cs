namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>One of the ways in which a schedule runs the input again.</summary>
/// <param name="Id">Names it in a repro token: "from 1200", without a slash.</param>
/// <param name="Text">What was done, for the story: "the deliveries from 1200 on came again".</param>
internal sealed record Variation(string Id, string Text);
