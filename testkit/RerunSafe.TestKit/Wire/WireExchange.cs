using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Wire;

/// <summary>One request that is with the server, and what of its answer the client does not know yet.</summary>
internal sealed class WireExchange
{
    /// <summary>What the request does; empty when it can neither write nor read the sink.</summary>
    public List<Step> Steps { get; } = [];

    /// <summary>Whether the answer is kept until it is whole, because the client may never get to hear of it.</summary>
    public bool Holds { get; set; }

    /// <summary>Whether the server has refused it.</summary>
    public bool Failed { get; set; }

    /// <summary>Whether the server got something else instead, so that it refuses it.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether the server asks for data that belongs to the request.</summary>
    public bool TakesData { get; set; }

    /// <summary>What the client is to get when the answer is whole.</summary>
    public MemoryStream Held { get; } = new();
}
