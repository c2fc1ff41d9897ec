using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Levels the brokers: as many racks for each partition as can be, and as many replicas on one broker as on another.</summary>
/// <remarks>
/// <code>
/// execute    bool  false: only tell what would move
/// timeoutMs  int   how long to wait for the decision
/// </code>
/// </remarks>
internal sealed record RebalanceRequest(bool Execute, int TimeoutMs)
    : IRequest<RebalanceRequest, RebalanceResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Rebalance;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static RebalanceRequest Read(ref MessagePackReader reader) => new(reader.ReadBoolean(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Execute);
        writer.Write(TimeoutMs);
    }
}
