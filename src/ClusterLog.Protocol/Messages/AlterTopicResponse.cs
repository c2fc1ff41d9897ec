using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The topic's settings are changed.</summary>
/// <remarks>
/// <code>
/// config  map of str to str  all settings of the topic, as they are now
/// </code>
/// </remarks>
internal sealed record AlterTopicResponse(
    IReadOnlyList<KeyValuePair<string, string>> Config) : IWireFields<AlterTopicResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static AlterTopicResponse Read(ref MessagePackReader reader) => new(WireMap.Read(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame) => WireMap.Write(ref writer, Config);
}
