using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>The bytes that a client sends, good ones and, piece by piece, bad ones.</summary>
internal static class RawFrames
{
    public static readonly HandshakeRequest Handshake = new("raw", "1.0");

    /// <summary>A request with its length before it.</summary>
    public static byte[] Of<TRequest>(uint id, TRequest body)
        where TRequest : IRequest<TRequest>
    {
        using var scratch = new FrameBuffer();
        var output = new ArrayBufferWriter<byte>();
        RequestFrame.Write(output, scratch, id, body);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Any payload with its true length before it.</summary>
    public static byte[] WithLength(ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameReader.PrefixBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)payload.Length);
        payload.CopyTo(frame.AsSpan(FrameReader.PrefixBytes));
        return frame;
    }

    public static ProduceRequest Produce(string topic, int partition, byte[] batch, Acks acks = Acks.All, int timeoutMs = 0) =>
        new(topic, partition, acks, timeoutMs, new ReadOnlySequence<byte>(batch));

    public static FetchRequest Fetch(
        string topic, int partition, long offset, int maxBytes = 1 << 20, int minBytes = 0, int waitMs = 0) =>
        new(waitMs, minBytes, maxBytes, [new FetchPartition(topic, partition, offset, maxBytes)]);

    /// <summary>A batch of one record for each text.</summary>
    public static byte[] Batch(long producerId, int epoch, int sequence, params ReadOnlySpan<string> values)
    {
        using var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1_700_000_000_000, key: null, Encoding.UTF8.GetBytes(value));
        }

        return builder.Build(producerId, epoch, sequence).ToArray();
    }

    /// <summary>A batch of one record with a time of its own.</summary>
    public static byte[] BatchAt(DateTimeOffset time, long producerId, int sequence, string value)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(time.ToUnixTimeMilliseconds(), key: null, Encoding.UTF8.GetBytes(value));
        return builder.Build(producerId, 0, sequence).ToArray();
    }

    /// <summary>A batch without a producer id.</summary>
    public static byte[] Batch(params ReadOnlySpan<string> values) => Batch(-1, -1, -1, values);

    /// <summary>The same batch with its header or records changed, and the checksum right again.</summary>
    public static byte[] Changed(byte[] batch, int at, byte value)
    {
        var changed = batch.ToArray();
        changed[at] = value;
        RecordBatchHeader.Seal(changed);
        return changed;
    }

    /// <summary>The values of all records of the batches, as text.</summary>
    public static IEnumerable<(long Offset, string Value)> Records(IEnumerable<ReadOnlySequence<byte>> batches)
    {
        foreach (var batch in batches)
        {
            var records = new List<(long, string)>();
            var opened = RecordBatchReader.TryOpen(batch.ToArray(), out var reader);
            Assert.True(opened.IsValid, opened.Message);
            while (reader.TryRead(out var record))
            {
                records.Add((record.Offset, Encoding.UTF8.GetString(record.Value!.Value.Span)));
            }

            foreach (var record in records)
            {
                yield return record;
            }
        }
    }
}
