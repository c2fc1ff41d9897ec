using System.Collections.Immutable;
using ClusterLog.Broker.Shards;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// The metadata in checkpoints and snapshots: a <see cref="StateEnvelope"/> around one MessagePack array. Brokers are in
/// the order of their ids, topics in that of their names, so that equal states have equal bytes. Fields are appended at
/// the end; a reader skips those that it does not know.
/// <code>
/// [version, nextGroupId, nextProducerId,
///  [[brokerId, clientHost, clientPort, peerAddress, httpAddress, version, directoryId, directorySince, state?, rack?] ...],
///  [[name, replicaCount, createdAt, creationId, [partition ...], config?] ...],
///  [[brokerId, incarnation, directoryId] ...]?,   the replaced replicas of the metadata group itself; absent where there are none
///  isRebalancing?]                                absent where it is false; the replicas, of which there may be none, come first
///  config: <see cref="TopicConfigCodec"/>; absent where it is the default; partition: <see cref="PartitionInfoCodec"/>
/// </code>
/// </summary>
internal static class MetadataSnapshotCodec
{
    /// <summary>The version of the layout; raised when old fields change their meaning.</summary>
    public const byte Version = 1;

    private const int FieldCount = 5;
    private const int FieldCountWithReplicas = 6;
    private const int FieldCountWithRebalancing = 7;
    private const int BrokerFieldCount = 8;
    private const int BrokerFieldCountWithRack = 10;
    private const int TopicFieldCount = 5;
    private const int MetadataReplicaFieldCount = 3;

    public static ReadOnlyMemory<byte> Encode(MetadataSnapshot snapshot)
    {
        var output = new StateWriter();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(
            snapshot.IsRebalancing ? FieldCountWithRebalancing
            : snapshot.MetadataReplicas.IsEmpty ? FieldCount
            : FieldCountWithReplicas);
        writer.Write(snapshot.Version.Value);
        writer.Write(snapshot.NextGroupId.Value);
        writer.Write(snapshot.NextProducerId);
        writer.WriteArrayHeader(snapshot.Brokers.Count);
        foreach (var broker in snapshot.Brokers.Values)
        {
            WriteBroker(ref writer, broker);
        }

        writer.WriteArrayHeader(snapshot.Topics.Count);
        foreach (var topic in snapshot.Topics.Values.OrderBy(static topic => topic.Name, StringComparer.Ordinal))
        {
            WriteTopic(ref writer, topic);
        }

        if (snapshot.IsRebalancing || !snapshot.MetadataReplicas.IsEmpty)
        {
            WriteMetadataReplicas(ref writer, snapshot.MetadataReplicas);
        }

        if (snapshot.IsRebalancing)
        {
            writer.Write(true);
        }

        writer.Flush();
        return output.Seal(StateEnvelope.Metadata, Version);
    }

    /// <exception cref="InvalidDataException">The bytes are no metadata, or are damaged.</exception>
    public static MetadataSnapshot Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(StateEnvelope.Open(bytes, StateEnvelope.Metadata, Version));
        var count = reader.ReadArrayHeader();
        StateFields.Require(ref reader, count, FieldCount, "the metadata");
        var snapshot = new MetadataSnapshot
        {
            Version = new LogIndex(reader.ReadUInt64()),
            NextGroupId = new GroupId(reader.ReadUInt64()),
            NextProducerId = reader.ReadInt64(),
            Brokers = ReadBrokers(ref reader),
        };
        snapshot = ReadTopics(ref reader, snapshot);
        if (count >= FieldCountWithReplicas)
        {
            snapshot = snapshot with { MetadataReplicas = ReadMetadataReplicas(ref reader) };
        }

        if (count >= FieldCountWithRebalancing)
        {
            snapshot = snapshot with { IsRebalancing = reader.ReadBoolean() };
        }

        StateFields.SkipRest(ref reader, count, FieldCountWithRebalancing);
        if (reader.Ok && !reader.End)
        {
            reader.Fail("the end of the metadata", $"{reader.Remaining} more bytes");
        }

        return reader.Ok
            ? snapshot
            : throw new InvalidDataException($"The captured metadata cannot be read. {reader.Error}");
    }

    private static void WriteBroker(ref MessagePackWriter writer, BrokerInfo broker)
    {
        var isPlain = broker.State == BrokerState.Active && broker.Rack.Length == 0;
        writer.WriteArrayHeader(isPlain ? BrokerFieldCount : BrokerFieldCountWithRack);
        writer.Write(broker.BrokerId);
        writer.Write(broker.ClientHost);
        writer.Write(broker.ClientPort);
        writer.Write(broker.PeerAddress);
        writer.Write(broker.HttpAddress);
        writer.Write(broker.Version);
        writer.Write(broker.DirectoryId);
        writer.Write(broker.DirectorySince.Value);
        if (!isPlain)
        {
            writer.Write((int)broker.State);
            writer.Write(broker.Rack);
        }
    }

    private static void WriteTopic(ref MessagePackWriter writer, TopicInfo topic)
    {
        var hasConfig = topic.Config != TopicConfig.Default;
        writer.WriteArrayHeader(TopicFieldCount + (hasConfig ? 1 : 0));
        writer.Write(topic.Name);
        writer.Write(topic.ReplicaCount);
        writer.Write(topic.CreatedAt.Value);
        writer.Write(topic.CreationId);
        writer.WriteArrayHeader(topic.Partitions.Length);
        foreach (var partition in topic.Partitions)
        {
            PartitionInfoCodec.Write(ref writer, partition);
        }

        if (hasConfig)
        {
            TopicConfigCodec.Write(ref writer, topic.Config);
        }
    }

    private static ImmutableSortedDictionary<int, BrokerInfo> ReadBrokers(ref MessagePackReader reader)
    {
        var brokers = ImmutableSortedDictionary.CreateBuilder<int, BrokerInfo>();
        var left = reader.ReadArrayHeader();
        for (; left > 0 && reader.Ok; left--)
        {
            var count = reader.ReadArrayHeader();
            StateFields.Require(ref reader, count, BrokerFieldCount, "a broker");
            var broker = new BrokerInfo(
                reader.ReadInt32(),
                reader.ReadString(),
                reader.ReadInt32(),
                reader.ReadString(),
                reader.ReadString(),
                reader.ReadString(),
                reader.ReadInt64())
            {
                DirectorySince = new LogIndex(reader.ReadUInt64()),
            };
            if (count >= BrokerFieldCountWithRack)
            {
                broker = broker with { State = (BrokerState)reader.ReadInt32(), Rack = reader.ReadString() };
            }

            StateFields.SkipRest(ref reader, count, count >= BrokerFieldCountWithRack ? BrokerFieldCountWithRack : BrokerFieldCount);
            if (reader.Ok && !brokers.TryAdd(broker.BrokerId, broker))
            {
                reader.Fail("each broker once", $"broker {broker.BrokerId} twice");
            }
        }

        return brokers.ToImmutable();
    }

    private static MetadataSnapshot ReadTopics(ref MessagePackReader reader, MetadataSnapshot snapshot)
    {
        var topics = snapshot.Topics.ToBuilder();
        var byGroup = snapshot.ByGroup.ToBuilder();
        var left = reader.ReadArrayHeader();
        for (; left > 0 && reader.Ok; left--)
        {
            var topic = ReadTopic(ref reader);
            if (reader.Ok && !topics.TryAdd(topic.Name, topic))
            {
                reader.Fail("each topic once", $"'{topic.Name}' twice");
            }

            foreach (var partition in topic.Partitions)
            {
                // Ids below the next were given out, each to one partition.
                if (reader.Ok && (partition.Group.CompareTo(snapshot.NextGroupId) >= 0
                    || !byGroup.TryAdd(partition.Group, partition)))
                {
                    reader.Fail($"each group once, below {snapshot.NextGroupId}", $"group {partition.Group} of {partition}");
                }
            }
        }

        return snapshot with { Topics = topics.ToImmutable(), ByGroup = byGroup.ToImmutable() };
    }

    private static TopicInfo ReadTopic(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        StateFields.Require(ref reader, count, TopicFieldCount, "a topic");
        var (name, replicas) = (reader.ReadString(), reader.ReadInt32());
        var (createdAt, creationId) = (new LogIndex(reader.ReadUInt64()), reader.ReadInt64());

        // A header that announces more elements than bytes are left has failed the reader: the counts are safe to size by.
        var partitions = ImmutableArray.CreateBuilder<PartitionInfo>(reader.ReadArrayHeader());
        while (partitions.Count < partitions.Capacity && reader.Ok)
        {
            partitions.Add(PartitionInfoCodec.Read(ref reader, name, partitions.Count));
        }

        var config = TopicConfig.Default;
        if (count > TopicFieldCount)
        {
            config = TopicConfigCodec.Read(ref reader);
            count--;
        }

        StateFields.SkipRest(ref reader, count, TopicFieldCount);
        return new TopicInfo(
            name,
            replicas,
            [.. partitions.Select(partition => partition with { Config = config })],
            createdAt,
            creationId)
        {
            Config = config,
        };
    }

    private static void WriteMetadataReplicas(
        ref MessagePackWriter writer, ImmutableSortedDictionary<int, MetadataReplica> replicas)
    {
        writer.WriteArrayHeader(replicas.Count);
        foreach (var (broker, replica) in replicas)
        {
            writer.WriteArrayHeader(MetadataReplicaFieldCount);
            writer.Write(broker);
            writer.Write(replica.Incarnation);
            writer.Write(replica.DirectoryId);
        }
    }

    private static ImmutableSortedDictionary<int, MetadataReplica> ReadMetadataReplicas(ref MessagePackReader reader)
    {
        var replicas = ImmutableSortedDictionary.CreateBuilder<int, MetadataReplica>();
        for (var left = reader.ReadArrayHeader(); left > 0 && reader.Ok; left--)
        {
            var count = reader.ReadArrayHeader();
            StateFields.Require(ref reader, count, MetadataReplicaFieldCount, "a replica of the metadata");
            var broker = reader.ReadInt32();
            var replica = new MetadataReplica(reader.ReadUInt32(), reader.ReadInt64());
            StateFields.SkipRest(ref reader, count, MetadataReplicaFieldCount);
            if (reader.Ok && !replicas.TryAdd(broker, replica))
            {
                reader.Fail("each replica of the metadata once", $"that of broker {broker} twice");
            }
        }

        return replicas.ToImmutable();
    }
}
