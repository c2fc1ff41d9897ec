using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Consuming;

internal sealed partial class FetchLoop
{
    private async Task FetchAsync(
        BrokerFetch broker, PartitionLeader leader, PartitionCursor[] cursors, CancellationToken cancellationToken)
    {
        var result = new FetchResult(broker, leader, cursors);
        try
        {
            var connection = await _access.Connections.GetAsync(leader.Address).WaitAsync(cancellationToken)
                .ConfigureAwait(false);
            var response = await connection.SendAsync<FetchRequest, FetchResponse>(
                ToRequest(cursors), _access.Options.RequestTimeout + _options.FetchWaitMax, cancellationToken)
                .ConfigureAwait(false);
            result = result with { Response = response };
        }
        catch (ClusterLogException error)
        {
            result = result with { Error = error };
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            result = result with { Error = new ClusterLogException(ErrorCode.ShuttingDown, error.Message, error) };
        }

        _results.Enqueue(result);
        _signal.Set();
    }

    private FetchRequest ToRequest(PartitionCursor[] cursors)
    {
        var partitions = new FetchPartition[cursors.Length];
        for (var i = 0; i < cursors.Length; i++)
        {
            var cursor = cursors[i];
            partitions[i] = new FetchPartition(
                cursor.Id.Topic, cursor.Id.Partition, cursor.NextOffset, _options.PartitionFetchBytesMax);
        }

        return new FetchRequest((int)_options.FetchWaitMax.TotalMilliseconds, 1, _options.FetchBytesMax, partitions);
    }

    private async Task ResetAsync(PartitionCursor cursor, CancellationToken cancellationToken)
    {
        var result = new FetchResult(null, null, [cursor]);
        try
        {
            var position = _options.WhenOutOfRange == OffsetResetPolicy.Latest
                ? OffsetLookup.Latest
                : OffsetLookup.Earliest;
            var found = await new OffsetLookup(_access)
                .FindAsync(cursor.Id.Topic, [cursor.Id.Partition], position, cancellationToken).ConfigureAwait(false);
            result = result with { ResetTo = found[cursor.Id.Partition].Offset };
        }
        catch (ClusterLogException error)
        {
            result = result with { Error = error };
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            result = result with { Error = new ClusterLogException(ErrorCode.ShuttingDown, error.Message, error) };
        }

        _results.Enqueue(result);
        _signal.Set();
    }

    // Woken when the answer is there: another leader may be tried before the pause is over.
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _access.Metadata.RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ClusterLogException or OperationCanceledException or ObjectDisposedException)
        {
            // The pause ends anyway, and then it is asked again.
        }

        _signal.Set();
    }
}
