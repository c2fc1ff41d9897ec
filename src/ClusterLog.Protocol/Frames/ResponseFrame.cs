using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Frames;

/// <summary>Writes and reads whole responses.</summary>
/// <remarks>
/// <code>
/// [ correlationId u32, error = 0, body fields... ]
/// [ correlationId u32, error int, message str, retryAfterMs int ]
/// </code>
/// </remarks>
internal static class ResponseFrame
{
    /// <summary>Writes the response of a request that succeeded, with its length before it.</summary>
    /// <param name="output">Where to; the bytes of record batches are copied here and nowhere else.</param>
    /// <param name="scratch">A buffer that the caller keeps for the next time.</param>
    /// <param name="correlationId">That of the request.</param>
    /// <param name="response">The body.</param>
    public static void Write<TResponse>(
        IBufferWriter<byte> output, FrameBuffer scratch, uint correlationId, TResponse response)
        where TResponse : IWireFields<TResponse> => Write(output, scratch, correlationId, ErrorCode.None, response);

    /// <summary>Writes the response of a request that failed.</summary>
    public static void WriteError(
        IBufferWriter<byte> output, FrameBuffer scratch, uint correlationId, ErrorCode error, ErrorBody body)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((short)error, (short)ErrorCode.None);
        Write(output, scratch, correlationId, error, body);
    }

    /// <summary>
    /// Reads the header off a frame; a body of the API follows in the reader, or an <see cref="ErrorBody"/> if the
    /// header has an error. False if the frame is no array of two fields of the header's kinds.
    /// </summary>
    public static bool TryReadHeader(ref MessagePackReader reader, out ResponseHeader header)
    {
        var bodyFields = WireArray.ReadHeader(ref reader, ResponseHeader.FieldCount);
        header = new(reader.ReadUInt32(), (ErrorCode)reader.ReadInt16()) { BodyFields = bodyFields };
        return reader.Ok;
    }

    /// <summary>
    /// Reads the body that follows a header. False if it is malformed; the reader's Error then says where and why.
    /// Byte fields are slices of the frame and live as long as it does.
    /// </summary>
    public static bool TryReadBody<TResponse>(
        ref MessagePackReader reader, in ResponseHeader header, out TResponse body)
        where TResponse : IWireFields<TResponse> => WireArray.TryReadBody(ref reader, header.BodyFields, out body);

    private static void Write<TBody>(
        IBufferWriter<byte> output, FrameBuffer scratch, uint correlationId, ErrorCode error, TBody body)
        where TBody : IWireFields<TBody>
    {
        scratch.Reset();
        var writer = new MessagePackWriter(scratch);
        writer.WriteArrayHeader(ResponseHeader.FieldCount + TBody.FieldCount + body.AppendedFieldCount);
        writer.Write(correlationId);
        writer.Write((short)error);
        body.Write(ref writer, scratch);
        writer.Flush();
        FrameWriter.Write(output, scratch);
        scratch.Reset();
    }
}
