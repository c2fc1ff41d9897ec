using System.Buffers.Binary;
using System.Text;
using ClusterLog.Protocol.Batches;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>Makes the batches of one producer: keys, headers, values of all sizes, each with a number of its own.</summary>
internal sealed class RotProducer
{
    private readonly SimulatedRandom _random;
    private readonly long _id;
    private int _sequence;
    private long _value;

    /// <param name="id">The producer's id; -1 for one that is not idempotent.</param>
    public RotProducer(RotPartition partition, long id, ulong seed)
    {
        (Partition, _id) = (partition, id);
        _value = (long)((partition.Group.Value << 48) + ((ulong)(id + 1) << 24));
        _random = SimulatedRandom.For(seed, (ulong)_value);
    }

    public RotPartition Partition { get; }

    public bool IsIdempotent => _id >= 0;

    public RotBatch Next(long now)
    {
        using var builder = new RecordBatchBuilder();
        for (var count = _random.Next(1, 4); count > 0; count--)
        {
            var value = new byte[_random.Next(8, _random.Next(4) == 0 ? 600 : 80)];
            BinaryPrimitives.WriteInt64LittleEndian(value, _value++);
            _random.NextBytes(value.AsSpan(8));
            ReadOnlyMemory<byte>? key = _random.Next(3) == 0 ? null : Encoding.UTF8.GetBytes($"key {_random.Next(20)}");
            builder.Append(now / WorldSettings.Millisecond, key, value);
        }

        var batch = IsIdempotent ? builder.Build(_id, 0, _sequence) : builder.Build();
        _sequence = ProducerSequence.Add(_sequence, builder.Count);
        return new RotBatch(batch.ToArray());
    }
}
