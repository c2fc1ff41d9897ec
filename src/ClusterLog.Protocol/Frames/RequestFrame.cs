using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Frames;

/// <summary>Writes and reads whole requests.</summary>
/// <remarks>
/// <code>
/// [ api int, version int, correlationId u32, body fields... ]
/// </code>
/// </remarks>
internal static class RequestFrame
{
    /// <summary>Writes a request with its length before it.</summary>
    /// <param name="output">Where to; the bytes of record batches are copied here and nowhere else.</param>
    /// <param name="scratch">A buffer that the caller keeps for the next time.</param>
    /// <param name="correlationId">The number to find the response by.</param>
    /// <param name="request">The body.</param>
    public static void Write<TRequest>(
        IBufferWriter<byte> output, FrameBuffer scratch, uint correlationId, TRequest request)
        where TRequest : IRequest<TRequest>
    {
        scratch.Reset();
        var writer = new MessagePackWriter(scratch);
        writer.WriteArrayHeader(RequestHeader.FieldCount + TRequest.FieldCount + request.AppendedFieldCount);
        writer.Write((short)TRequest.Api);
        writer.Write(TRequest.Version);
        writer.Write(correlationId);
        request.Write(ref writer, scratch);
        writer.Flush();
        FrameWriter.Write(output, scratch);
        scratch.Reset();
    }

    /// <summary>
    /// Reads the header off a frame; the body follows in the reader. False if the frame is no array of three fields of
    /// the header's kinds: then not even the correlation id is known.
    /// </summary>
    public static bool TryReadHeader(ref MessagePackReader reader, out RequestHeader header)
    {
        var bodyFields = WireArray.ReadHeader(ref reader, RequestHeader.FieldCount);
        header = new((ApiKey)reader.ReadInt16(), reader.ReadInt16(), reader.ReadUInt32()) { BodyFields = bodyFields };
        return reader.Ok;
    }

    /// <summary>
    /// Reads the body that follows a header. False if it is malformed; the reader's Error then says where and why.
    /// Byte fields are slices of the frame and live as long as it does.
    /// </summary>
    public static bool TryReadBody<TRequest>(ref MessagePackReader reader, in RequestHeader header, out TRequest body)
        where TRequest : IRequest<TRequest> => WireArray.TryReadBody(ref reader, header.BodyFields, out body);
}
