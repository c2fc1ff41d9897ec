using System.Buffers;
using ClusterLog.MessagePack;

namespace ClusterLog.Broker.Balancing;

/// <summary>
/// How a broker that begins to stop tells another, over the mesh, to hand it no leadership any more: its replicas take
/// none, and each attempt would cost an election timeout. A reader skips fields that it does not know.
/// <code>
/// request   [5]
/// response  []
/// </code>
/// </summary>
internal static class LeavingNotice
{
    /// <summary>The kind of request between brokers.</summary>
    public const int Kind = 5;

    public static ReadOnlyMemory<byte> Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(1);
        writer.Write(Kind);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>That it was heard.</summary>
    public static ReadOnlyMemory<byte> EncodeResponse()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(0);
        writer.Flush();
        return output.WrittenMemory;
    }
}
