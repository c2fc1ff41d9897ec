using System.Buffers;
using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Consuming;

internal sealed partial class FetchLoop
{
    // Damage on the way is gone with another attempt; damage in what a broker stores is not.
    private const int CorruptAnswersMax = 3;

    // A broker may not have heard of a new topic yet. With the default pauses this is some four seconds.
    private const int UnknownTopicFailuresMax = 8;

    // A new leader may not know yet that all it holds is committed. With the default pauses this is some ten seconds.
    private const int BehindFailuresMax = 15;

    private Task? _refreshing;

    private void Take(FetchResult result)
    {
        if (result.Broker is { } broker)
        {
            broker.IsBusy = false;
        }

        foreach (var cursor in result.Cursors)
        {
            cursor.IsBusy = false;
        }

        if (result.ResetTo is { } position)
        {
            var cursor = result.Cursors[0];
            var reset = new OffsetReset(cursor.Id, new Offset(cursor.NextOffset), new Offset(position));
            ConsumingLog.Reset(_access.Logger, cursor.Id, cursor.NextOffset, position, reset.Skipped);
            _options.OnReset?.Invoke(reset);
            (cursor.NextOffset, cursor.HasFetched, cursor.Failures) = (position, false, 0);
        }
        else if (result.Error is { } error)
        {
            foreach (var cursor in result.Cursors)
            {
                Pause(cursor, result.Leader, error);
            }
        }
        else
        {
            TakeAnswer(result.Broker!, result.Leader!, result.Cursors, result.Response!);
        }
    }

    private void TakeAnswer(
        BrokerFetch broker, PartitionLeader leader, IReadOnlyList<PartitionCursor> cursors, FetchResponse response)
    {
        var byPartition = new List<List<FetchedBatch>>();
        foreach (var fetched in response.Partitions)
        {
            var cursor = cursors.FirstOrDefault(
                asked => asked.Id.Partition == fetched.Partition && asked.Id.Topic == fetched.Topic);
            if (cursor is null)
            {
                continue;
            }

            if (fetched.Error != ErrorCode.None)
            {
                TakeError(cursor, leader, fetched);
            }
            else if (TakeBatches(cursor, leader, fetched.Batches) is { Count: > 0 } batches)
            {
                byPartition.Add(batches);
            }
        }

        if (byPartition.Count > 0)
        {
            broker.AddUnread();
            _sets.Writer.TryWrite(new FetchedSet(broker, Interleave(byPartition)));
        }
    }

    private List<FetchedBatch> TakeBatches(
        PartitionCursor cursor, PartitionLeader leader, IReadOnlyList<ReadOnlySequence<byte>> batches)
    {
        var taken = new List<FetchedBatch>(batches.Count);
        foreach (var sequence in batches)
        {
            // The frame is one array, and so is each part of it.
            var bytes = sequence.First;
            var validation = RecordBatchValidator.ValidateStored(bytes.Span);
            if (!validation.IsValid || !RecordBatchHeader.TryRead(bytes.Span, out var header))
            {
                var error = new ClusterLogException(
                    ErrorCode.CorruptBatch,
                    $"Broker {leader.Address} sent a batch of {cursor.Id} for offset {cursor.NextOffset} that is damaged: "
                    + validation.Message)
                {
                    IsTransient = cursor.Failures + 1 < CorruptAnswersMax,
                };
                Pause(cursor, leader, error);
                return taken;
            }

            if (header.NextOffset > cursor.NextOffset && !cursor.IsDone)
            {
                // Of a compacted batch there may be nothing left but the offsets that it takes.
                if (!header.Attributes.IsControl && header.RecordCount > 0)
                {
                    taken.Add(new FetchedBatch(cursor.Id, bytes, cursor.NextOffset, cursor.EndOffset));
                }

                cursor.NextOffset = header.NextOffset;
                cursor.HasFetched = true;
            }
        }

        cursor.Failures = 0;
        return taken;
    }

    private void TakeError(PartitionCursor cursor, PartitionLeader leader, FetchedPartition fetched)
    {
        var error = new ClusterLogException(
            fetched.Error,
            $"Broker {leader.Address} does not give records of {cursor.Id} from offset {cursor.NextOffset}: "
            + $"{ErrorCodes.Describe(fetched.Error)} (it holds offsets from {fetched.LogStart} up to, not including, "
            + $"{fetched.HighWatermark}).");
        switch (fetched.Error)
        {
            case ErrorCode.UnknownTopic or ErrorCode.UnknownPartition when cursor.Failures < UnknownTopicFailuresMax:
            case ErrorCode.OffsetOutOfRange when IsLeaderBehind(cursor, fetched):
                Pause(cursor, leader, new ClusterLogException(fetched.Error, error.Message) { IsTransient = true });
                break;
            case ErrorCode.OffsetOutOfRange when cursor is { StartsAtEarliest: true, HasFetched: false }
                && cursor.NextOffset < fetched.LogStart:
                // Deleted since it was looked up; nobody has read on from there, so nobody misses it.
                cursor.NextOffset = fetched.LogStart;
                break;
            case ErrorCode.OffsetOutOfRange when _options.WhenOutOfRange != OffsetResetPolicy.Fail:
                cursor.IsBusy = true;
                _running.Add(ResetAsync(cursor, _stopping.Token));
                break;
            default:
                Pause(cursor, leader, error);
                break;
        }
    }

    // What was fetched once is committed and cannot be beyond the end of the log for long.
    private static bool IsLeaderBehind(PartitionCursor cursor, FetchedPartition fetched) =>
        cursor.HasFetched && cursor.NextOffset >= fetched.LogStart && cursor.Failures < BehindFailuresMax;

    private void Pause(PartitionCursor cursor, PartitionLeader? leader, ClusterLogException error)
    {
        if (!error.IsTransient)
        {
            throw error;
        }

        var pause = _access.Backoff.After(++cursor.Failures, error.RetryAfter);
        cursor.StaleLeader = leader ?? cursor.StaleLeader;
        cursor.PausedUntil = _access.Time.GetTimestamp() + (long)(pause.TotalSeconds * _access.Time.TimestampFrequency);
        ConsumingLog.Paused(_access.Logger, cursor.Id, pause, error.Message);
        if (_refreshing is null or { IsCompleted: true })
        {
            _refreshing = RefreshAsync(_stopping.Token);
            _running.Add(_refreshing);
        }
    }

    /// <summary>One batch of each partition in turn.</summary>
    private static List<FetchedBatch> Interleave(List<List<FetchedBatch>> byPartition)
    {
        var interleaved = new List<FetchedBatch>();
        for (var i = 0; byPartition.Exists(batches => i < batches.Count); i++)
        {
            foreach (var batches in byPartition)
            {
                if (i < batches.Count)
                {
                    interleaved.Add(batches[i]);
                }
            }
        }

        return interleaved;
    }
}
