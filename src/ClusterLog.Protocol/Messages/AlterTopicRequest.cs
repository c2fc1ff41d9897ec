using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Changes settings of a topic. Answered once the change is committed and the answering broker knows it.</summary>
/// <remarks>
/// <code>
/// name       str
/// timeoutMs  int  how long to wait for the commit
/// config     map of str to str  the settings that change, by name, see <see cref="TopicSetting"/>; the others stay
/// </code>
/// </remarks>
internal sealed record AlterTopicRequest(
    string Name, int TimeoutMs, IReadOnlyList<KeyValuePair<string, string>> Config)
    : IRequest<AlterTopicRequest, AlterTopicResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.AlterTopic;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <inheritdoc/>
    public static AlterTopicRequest Read(ref MessagePackReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), WireMap.Read(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Name);
        writer.Write(TimeoutMs);
        WireMap.Write(ref writer, Config);
    }
}
