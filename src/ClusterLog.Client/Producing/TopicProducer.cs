using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Producing;

/// <summary>A topic's partitions as a producer sees them, and which one a record goes to. Thread safe.</summary>
internal sealed class TopicProducer
{
    private readonly PartitionSender[] _senders;
    private readonly MetadataCache _metadata;
    private int _sticky;

    /// <param name="name">The topic.</param>
    /// <param name="partitionCount">How many partitions it has.</param>
    /// <param name="firstSticky">Where records without a key go at first.</param>
    /// <param name="metadata">Tells which partitions have a leader.</param>
    /// <param name="makeSender">Makes a partition's sender, which is told what to call when a batch is closed.</param>
    public TopicProducer(
        string name,
        int partitionCount,
        int firstSticky,
        MetadataCache metadata,
        Func<TopicPartition, Action, PartitionSender> makeSender)
    {
        Name = name;
        _metadata = metadata;
        _sticky = firstSticky;
        _senders = new PartitionSender[partitionCount];
        for (var i = 0; i < partitionCount; i++)
        {
            var partition = i;
            _senders[i] = makeSender(new TopicPartition(name, i), () => MoveOn(partition));
        }
    }

    public string Name { get; }

    public IReadOnlyList<PartitionSender> Senders => _senders;

    /// <summary>
    /// The partition that the record names, or that of its key's hash, or, without a key, the one whose batch is being
    /// filled: few large batches cost less than many small ones.
    /// </summary>
    public BatchAccumulator Choose(in ProducerRecord record)
    {
        var partition = record switch
        {
            { Partition: { } given } => given,
            { Key: { } key } => KeyHash.PartitionOf(key.Span, _senders.Length),
            _ => Volatile.Read(ref _sticky),
        };
        return (uint)partition < (uint)_senders.Length
            ? _senders[partition].Accumulator
            : throw new ClusterLogException(
                ErrorCode.UnknownPartition,
                $"Topic '{Name}' has partitions 0 to {_senders.Length - 1}, and the record is for {partition}.");
    }

    /// <summary>When the batch of the sticky partition is closed, the next partition with a leader takes its place.</summary>
    private void MoveOn(int closed)
    {
        if (Volatile.Read(ref _sticky) != closed)
        {
            return;
        }

        var next = (closed + 1) % _senders.Length;
        var snapshot = _metadata.Current;
        while (next != closed && snapshot.FindLeader(new TopicPartition(Name, next)) is null)
        {
            next = (next + 1) % _senders.Length;
        }

        Interlocked.CompareExchange(ref _sticky, next, closed);
    }
}
