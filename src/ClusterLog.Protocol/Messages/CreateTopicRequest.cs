using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Creates a topic. Answered when each of its partitions has a leader known to the broker that answers, or with
/// RequestTimedOut: then the topic may exist, and metadata will tell.
/// </summary>
/// <remarks>
/// <code>
/// name        str  A-Z a-z 0-9 . _ - ; 1 to 249 of them
/// partitions  int  0 = the broker's default
/// replicas    int  0 = the default: 3, or the number of brokers if lower
/// timeoutMs   int  how long to wait for leaders
/// config      map of str to str, appended; settings of the topic by name, see <see cref="TopicSetting"/>; absent = all defaults
/// </code>
/// </remarks>
internal sealed record CreateTopicRequest(
    string Name, int Partitions, int Replicas, int TimeoutMs)
    : IRequest<CreateTopicRequest, CreateTopicResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreateTopic;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <summary>Settings by name; those that are not here get their defaults.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Config { get; init; } = [];

    /// <inheritdoc/>
    public int AppendedFieldCount => Config.Count > 0 ? 1 : 0;

    /// <inheritdoc/>
    public static CreateTopicRequest Read(ref MessagePackReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());

    /// <inheritdoc/>
    public static CreateTopicRequest ReadAppended(
        CreateTopicRequest fields, ref MessagePackReader reader, ref int left)
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
        writer.Write(Partitions);
        writer.Write(Replicas);
        writer.Write(TimeoutMs);
        if (Config.Count > 0)
        {
            WireMap.Write(ref writer, Config);
        }
    }
}
