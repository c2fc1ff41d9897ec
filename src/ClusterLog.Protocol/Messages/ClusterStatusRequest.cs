using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Asks one broker what it knows of the cluster, and of its own replicas. Who wants all replicas asks every broker.
/// </summary>
/// <remarks>
/// <code>
/// no fields
/// </code>
/// </remarks>
internal sealed record ClusterStatusRequest() : IRequest<ClusterStatusRequest, ClusterStatusResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ClusterStatus;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 0;

    /// <inheritdoc/>
    public static ClusterStatusRequest Read(ref MessagePackReader reader) => new();

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
    }
}
