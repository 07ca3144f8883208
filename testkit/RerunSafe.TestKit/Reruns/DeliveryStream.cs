using System.Collections;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// The deliveries of one run, for <c>foreach</c> and for <c>await foreach</c>. While the pipeline works on a delivery, the kit takes
/// every write for that delivery's, until the next one is asked for. For LINQ say which kind is meant, <see cref="AsEnumerable"/> or
/// <see cref="AsAsyncEnumerable"/>: the stream is both, and the compiler holds <c>Select</c> on it for ambiguous.
/// </summary>
public sealed class DeliveryStream : IEnumerable<Delivery>, IAsyncEnumerable<Delivery>
{
    private readonly IEnumerable<LabelledDelivery> _deliveries;
    private readonly RunGate _gate;

    internal DeliveryStream(IEnumerable<LabelledDelivery> deliveries, RunGate gate)
    {
        _deliveries = deliveries;
        _gate = gate;
    }

    /// <inheritdoc/>
    public IEnumerator<Delivery> GetEnumerator()
    {
        foreach (var labelled in _deliveries)
        {
            ThrowIfDead();
            _gate.Current = labelled;
            _gate.Deliveries++;
            yield return labelled.Delivery;
        }

        ThrowIfDead();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public IAsyncEnumerator<Delivery> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new AsyncEnumerator(GetEnumerator(), cancellationToken);

    /// <summary>The deliveries for synchronous LINQ: <c>run.Deliveries(orders).AsEnumerable().Select(…)</c>.</summary>
    public IEnumerable<Delivery> AsEnumerable() => this;

    /// <summary>The deliveries for asynchronous LINQ: <c>run.Deliveries(orders).AsAsyncEnumerable().Select(…)</c>.</summary>
    public IAsyncEnumerable<Delivery> AsAsyncEnumerable() => this;

    private void ThrowIfDead()
    {
        if (_gate.IsDead)
            throw new PipelineDeathException(_gate.Refuse());
    }

    private sealed class AsyncEnumerator(IEnumerator<Delivery> inner, CancellationToken cancellationToken) : IAsyncEnumerator<Delivery>
    {
        public Delivery Current => inner.Current;

        public ValueTask<bool> MoveNextAsync()
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(inner.MoveNext());
        }

        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
