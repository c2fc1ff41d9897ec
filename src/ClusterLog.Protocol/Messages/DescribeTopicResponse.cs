using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>A topic in detail.</summary>
/// <remarks>
/// <code>
/// name          str
/// replicaCount  int                          replicas of each partition
/// partitions    array of DescribedPartition  ordered by number
/// config        map of str to str            appended; every setting of the topic by name, see <see cref="TopicSetting"/>
/// </code>
/// </remarks>
internal sealed record DescribeTopicResponse(
    string Name, int ReplicaCount, IReadOnlyList<DescribedPartition> Partitions)
    : IWireFields<DescribeTopicResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <summary>Every setting by name, those at their defaults too; empty where the broker is too old to tell.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Config { get; init; } = [];

    /// <inheritdoc/>
    public int AppendedFieldCount => Config.Count > 0 ? 1 : 0;

    /// <inheritdoc/>
    public static DescribeTopicResponse Read(ref MessagePackReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), WireList.Read<DescribedPartition>(ref reader));

    /// <inheritdoc/>
    public static DescribeTopicResponse ReadAppended(
        DescribeTopicResponse fields, ref MessagePackReader reader, ref int left)
    {
        if (left == 0)
        {
            return fields;
        }

        left--;
        return fields with { Config = WireMap.Read(ref reader) };
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Name);
        writer.Write(ReplicaCount);
        WireList.Write(ref writer, frame, Partitions);
        if (Config.Count > 0)
        {
            WireMap.Write(ref writer, Config);
        }
    }
}
