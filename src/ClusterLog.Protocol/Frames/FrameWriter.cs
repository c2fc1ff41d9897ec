using System.Buffers;
using System.Buffers.Binary;

namespace ClusterLog.Protocol.Frames;

/// <summary>Writes a finished frame with its length before it; <see cref="FrameReader"/> draws the layout.</summary>
internal static class FrameWriter
{
    /// <summary>Writes prefix and frame to the output; the buffer keeps its content until it is reset.</summary>
    public static void Write(IBufferWriter<byte> output, FrameBuffer frame)
    {
        var prefix = output.GetSpan(FrameReader.PrefixBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, checked((uint)frame.Length));
        output.Advance(FrameReader.PrefixBytes);
        frame.CopyTo(output);
    }
}
