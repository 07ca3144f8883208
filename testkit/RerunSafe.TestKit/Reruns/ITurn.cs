namespace RerunSafe.TestKit.Reruns;

/// <summary>The turn of one of several runs that are at work at the same time: only one of them moves.</summary>
internal interface ITurn
{
    /// <summary>Waits until the run may begin.</summary>
    void Begin();

    /// <summary>Passes a place where another run may go on instead; waits until it is this one's turn again.</summary>
    /// <param name="place">What is about to happen there, in words.</param>
    void Pass(Func<string> place);

    /// <summary>Says that a call to the engine is under way, or over. A call that does not come back waits for another run.</summary>
    void Calling(bool underWay);

    /// <summary>The run is over and holds nothing any more.</summary>
    void End();
}
