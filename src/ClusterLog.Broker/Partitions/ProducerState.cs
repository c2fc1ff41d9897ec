namespace ClusterLog.Broker.Partitions;

/// <summary>
/// What a partition remembers of one producer: its epoch and its latest batches. Replicated, in that every replica
/// derives the same from the same entries.
/// </summary>
internal sealed class ProducerState
{
    /// <summary>
    /// How many batches back a retry is recognised with its offset. A producer has at most this many requests in
    /// flight per partition, so that any of them may be a retry.
    /// </summary>
    public const int BatchesRemembered = 5;

    private readonly AppendedBatch[] _latest = new AppendedBatch[BatchesRemembered];
    private int _count;

    public ProducerState(long producerId, int epoch)
    {
        ProducerId = producerId;
        Epoch = epoch;
    }

    public long ProducerId { get; }

    public int Epoch { get; private set; }

    /// <summary>The sequence expected next.</summary>
    public int NextSequence { get; private set; }

    /// <summary>How many batches are remembered; at most <see cref="BatchesRemembered"/>.</summary>
    public int BatchCount => Math.Min(_count, BatchesRemembered);

    /// <summary>A remembered batch; the oldest has position 0.</summary>
    public AppendedBatch Batch(int position) => _latest[(_count - BatchCount + position) % BatchesRemembered];

    public void Append(int epoch, AppendedBatch batch)
    {
        if (epoch != Epoch)
        {
            Epoch = epoch;
            _count = 0;
        }

        _latest[_count++ % BatchesRemembered] = batch;
        NextSequence = batch.NextSequence;
    }

    public AppendedBatch? Find(int baseSequence, int recordCount)
    {
        var first = Math.Max(0, _count - BatchesRemembered);
        for (var i = first; i < _count; i++)
        {
            var batch = _latest[i % BatchesRemembered];
            if (batch.BaseSequence == baseSequence && batch.RecordCount == recordCount)
            {
                return batch;
            }
        }

        return null;
    }
}
