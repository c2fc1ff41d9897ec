using System.Runtime.CompilerServices;
using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Consuming;

/// <summary>One enumeration of a topic's records: finds where to start and end, then reads what the loop fetches.</summary>
internal sealed class RecordStream
{
    private readonly ClusterAccess _access;
    private readonly ConsumeOptions _options;
    private readonly OffsetLookup _lookup;

    public RecordStream(ClusterAccess access, ConsumeOptions options)
    {
        _access = access;
        _options = options;
        _lookup = new OffsetLookup(access);
    }

    /// <summary>Reads until the end that was asked for, or for ever.</summary>
    public async IAsyncEnumerable<ConsumedRecord> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_access.Stopping.IsCancellationRequested, typeof(ClusterLogClient));
        var cursors = await FindCursorsAsync(cancellationToken).ConfigureAwait(false);
        var loop = new FetchLoop(_access, _options, cursors);
        await using var disposal = loop.ConfigureAwait(false);
        loop.Start();
        var decoder = new BatchDecoder();
        while (await loop.Sets.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (loop.Sets.TryRead(out var set))
            {
                loop.Begin(set);
                foreach (var batch in set.Batches)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var count = decoder.Decode(batch);
                    for (var i = 0; i < count; i++)
                    {
                        yield return decoder.Records[i];
                    }
                }
            }
        }
    }

    private async Task<PartitionCursor[]> FindCursorsAsync(CancellationToken cancellationToken)
    {
        var topic = await _access.Metadata.GetTopicAsync(_options.Topic, cancellationToken).ConfigureAwait(false);
        int[] partitions = [.. (_options.Partitions ?? Enumerable.Range(0, topic.Partitions.Count)).Distinct()];
        foreach (var partition in partitions)
        {
            if ((uint)partition >= (uint)topic.Partitions.Count)
            {
                throw new ClusterLogException(
                    ErrorCode.UnknownPartition,
                    $"Topic '{_options.Topic}' has partitions 0 to {topic.Partitions.Count - 1}, and not {partition}.");
            }
        }

        var ends = _options.UntilEnd
            ? await FindAsync(partitions, OffsetLookup.Latest, cancellationToken).ConfigureAwait(false)
            : [];
        var starts = await FindStartsAsync(partitions, cancellationToken).ConfigureAwait(false);
        return [.. partitions.Select(partition => new PartitionCursor(
            new TopicPartition(_options.Topic, partition),
            starts[partition],
            _options.UntilEnd ? ends[partition] : long.MaxValue)
        {
            StartsAtEarliest = _options.From.Kind is StartPositionKind.Earliest or StartPositionKind.Timestamp
                && !(_options.FromOffsets?.ContainsKey(partition) ?? false),
        })];
    }

    private async Task<Dictionary<int, long>> FindStartsAsync(int[] partitions, CancellationToken cancellationToken)
    {
        var starts = new Dictionary<int, long>();
        foreach (var (partition, offset) in _options.FromOffsets ?? new Dictionary<int, Offset>())
        {
            starts[partition] = offset.Value;
        }

        int[] rest = [.. partitions.Where(partition => !starts.ContainsKey(partition))];
        if (rest.Length == 0)
        {
            return starts;
        }

        if (_options.From.Kind == StartPositionKind.Offset)
        {
            Array.ForEach(rest, partition => starts[partition] = _options.From.Value);
            return starts;
        }

        var found = await FindAsync(rest, ToTimestamp(_options.From), cancellationToken).ConfigureAwait(false);
        int[] withoutRecord = [.. found.Where(pair => pair.Value < 0).Select(pair => pair.Key)];
        if (withoutRecord.Length > 0)
        {
            // No record is of that time or later: only those that come from now on are.
            var latest = await FindAsync(withoutRecord, OffsetLookup.Latest, cancellationToken).ConfigureAwait(false);
            Array.ForEach(withoutRecord, partition => found[partition] = latest[partition]);
        }

        foreach (var (partition, offset) in found)
        {
            starts[partition] = offset;
        }

        return starts;
    }

    private async Task<Dictionary<int, long>> FindAsync(
        int[] partitions, long timestamp, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                var found = await _lookup.FindAsync(_options.Topic, partitions, timestamp, cancellationToken)
                    .ConfigureAwait(false);
                return found.ToDictionary(pair => pair.Key, pair => pair.Value.Offset);
            }
            catch (ClusterLogException error) when (error.IsTransient)
            {
                await _access.Backoff.DelayAsync(failures, error.RetryAfter, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    internal static long ToTimestamp(StartPosition position) => position.Kind switch
    {
        StartPositionKind.Latest => OffsetLookup.Latest,
        StartPositionKind.Timestamp => position.Value,
        _ => OffsetLookup.Earliest,
    };
}
