using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The versions of an API that a broker serves.</summary>
/// <remarks>
/// <code>
/// api         int  the API's number; may be one that this build does not know
/// versionMin  int  the oldest version served
/// versionMax  int  the newest version served
/// </code>
/// </remarks>
internal sealed record ApiVersionRange(ApiKey Api, short VersionMin, short VersionMax) : IWireFields<ApiVersionRange>
{
    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <inheritdoc/>
    public static ApiVersionRange Read(ref MessagePackReader reader) =>
        new((ApiKey)reader.ReadInt16(), reader.ReadInt16(), reader.ReadInt16());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write((short)Api);
        writer.Write(VersionMin);
        writer.Write(VersionMax);
    }
}
