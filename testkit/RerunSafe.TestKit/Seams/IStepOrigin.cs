namespace RerunSafe.TestKit.Seams;

/// <summary>The costly facts of a step, found on demand.</summary>
internal interface IStepOrigin
{
    string? CallSite();

    string? Parameters();
}
