using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Broker.Compaction;

/// <summary>
/// Looks into the records of a batch for a compacted topic, which other batches are spared: one without a key could never
/// be replaced by a later one, and one that cannot be read could not be compacted.
/// </summary>
internal static class KeyCheck
{
    /// <summary>What is wrong with a batch whose header was found good.</summary>
    public static BatchValidation Check(ReadOnlyMemory<byte> batch)
    {
        var validation = RecordBatchReader.TryOpen(batch, out var reader);
        if (!validation.IsValid)
        {
            return validation;
        }

        for (var i = 0; reader.TryRead(out var record); i++)
        {
            if (record.Key is null)
            {
                return new(
                    ErrorCode.KeyRequired,
                    $"the topic is compacted and keeps records by their keys; record {i} of {reader.Header.RecordCount} has none");
            }
        }

        return reader.Error is { } error ? new(ErrorCode.InvalidBatch, error) : BatchValidation.Valid;
    }
}
