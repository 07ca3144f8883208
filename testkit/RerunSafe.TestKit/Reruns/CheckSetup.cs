using RerunSafe.TestKit.DeadLetters;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns;

/// <summary>What a check is about.</summary>
/// <param name="Runner">Runs the pipeline.</param>
/// <param name="Observed">The tables that are judged, without the dead letters.</param>
/// <param name="DeadLetters">Where dead letters are, or null.</param>
/// <param name="MostPoints">How many points a schedule may explore; null for all.</param>
/// <param name="LongestTime">How long a schedule may explore; null for as long as it takes.</param>
/// <param name="Progress">Where long explorations tell how far they are, or null.</param>
internal sealed record CheckSetup(Runner Runner, IReadOnlyList<TableView> Observed, DeadLetterTable? DeadLetters, int? MostPoints, TimeSpan? LongestTime, TextWriter? Progress);
