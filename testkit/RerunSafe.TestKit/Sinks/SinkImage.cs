namespace RerunSafe.TestKit.Sinks;

/// <summary>
/// The kept state of a sink, made by <see cref="ISink.SaveAsync"/>. It lives as long as its sink; disposing of it earlier frees its space.
/// </summary>
public abstract class SinkImage : IDisposable
{
    /// <summary>How much space the image takes, in bytes; 0 when that is not known.</summary>
    public virtual long Size => 0;

    /// <summary>Frees the space of the image. It cannot be restored afterwards.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the space of the image.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
