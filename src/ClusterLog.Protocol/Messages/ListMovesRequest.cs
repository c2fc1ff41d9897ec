using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Asks one broker which partitions move, and how far those are that it leads. Who wants to know of all asks every broker.
/// </summary>
/// <remarks>
/// <code>
/// no fields
/// </code>
/// </remarks>
internal sealed record ListMovesRequest() : IRequest<ListMovesRequest, ListMovesResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ListMoves;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 0;

    /// <inheritdoc/>
    public static ListMovesRequest Read(ref MessagePackReader reader) => new();

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
    }
}
