using ClusterLog.Protocol.Batches;
using WireHeader = ClusterLog.Protocol.Batches.RecordHeader;

namespace ClusterLog.Client.Producing;

/// <summary>Headers as the wire has them, and what a record takes at most.</summary>
internal static class RecordHeaders
{
    /// <summary>Turns a record's headers into those of the wire. A name must be there, and only once.</summary>
    public static WireHeader[] ToWire(IReadOnlyList<RecordHeader>? headers)
    {
        if (headers is null or { Count: 0 })
        {
            return [];
        }

        var wire = new WireHeader[headers.Count];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < wire.Length; i++)
        {
            var (name, value) = headers[i];
            ArgumentNullException.ThrowIfNull(name, nameof(headers));
            if (!names.Add(name))
            {
                throw new ArgumentException($"The header '{name}' is there more than once.", nameof(headers));
            }

            wire[i] = new WireHeader(name, value);
        }

        return wire;
    }

    /// <summary>The most bytes that the record takes in a batch.</summary>
    public static long BytesMaxOf(in ProducerRecord record, ReadOnlySpan<WireHeader> headers) =>
        RecordBatchBuilder.RecordBytesMaxOf(
            record.Key.GetValueOrDefault().Span, record.Value.GetValueOrDefault().Span, headers);
}
