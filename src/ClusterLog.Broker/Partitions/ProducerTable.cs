namespace ClusterLog.Broker.Partitions;

/// <summary>
/// The producers that a partition remembers, from its committed batches. Bounded: beyond
/// <see cref="ProducersMax"/> the one whose last batch lies furthest back in the log is forgotten, on every replica at
/// the same entry.
/// </summary>
internal sealed class ProducerTable
{
    /// <summary>Most producers remembered per partition.</summary>
    public const int ProducersMax = 10_000;

    private readonly Dictionary<long, LinkedListNode<ProducerState>> _producers = [];
    private readonly LinkedList<ProducerState> _byLastBatch = new();
    private readonly int _producersMax;

    public ProducerTable(int producersMax = ProducersMax)
    {
        _producersMax = producersMax;
    }

    public int Count => _producers.Count;

    /// <summary>All producers, the one whose last batch lies furthest back in the log first.</summary>
    public IReadOnlyCollection<ProducerState> OldestFirst => _byLastBatch;

    public ProducerState? Find(long producerId) => _producers.GetValueOrDefault(producerId)?.Value;

    /// <summary>Takes a committed batch.</summary>
    public void Append(long producerId, int epoch, AppendedBatch batch)
    {
        if (_producers.TryGetValue(producerId, out var node))
        {
            _byLastBatch.Remove(node);
            _byLastBatch.AddLast(node);
        }
        else
        {
            node = _byLastBatch.AddLast(new ProducerState(producerId, epoch));
            _producers.Add(producerId, node);
            Forget();
        }

        node.Value.Append(epoch, batch);
    }

    private void Forget()
    {
        while (_producers.Count > _producersMax)
        {
            _producers.Remove(_byLastBatch.First!.Value.ProducerId);
            _byLastBatch.RemoveFirst();
        }
    }
}
