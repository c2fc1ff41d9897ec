using System.Buffers;
using ClusterLog.Client.Consuming;
using ClusterLog.Client.Producing;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Getting;

/// <summary>Asks the leader of a key's partition for the latest record of the key. Thread safe.</summary>
internal sealed class KeyLookup
{
    private readonly ClusterAccess _access;

    public KeyLookup(ClusterAccess access)
    {
        _access = access;
    }

    /// <summary>Asks until there is an answer; null when the key has no record, or is deleted.</summary>
    public Task<ConsumedRecord?> GetAsync(string topic, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        _access.RetryAsync(token => GetOnceAsync(topic, key, token), cancellationToken);

    private async Task<ConsumedRecord?> GetOnceAsync(
        string topic, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var partitions = (await _access.Metadata.GetTopicAsync(topic, cancellationToken).ConfigureAwait(false)).Partitions;
        var id = new TopicPartition(topic, KeyHash.PartitionOf(key.Span, partitions.Count));
        try
        {
            var leader = _access.Metadata.Current.FindLeader(id)
                ?? throw new ClusterLogException(ErrorCode.LeaderNotAvailable, $"Partition {id} has no leader now.");
            var response = await _access.CallAsync<GetRequest, GetResponse>(
                leader.Address,
                new GetRequest(topic, id.Partition, new ReadOnlySequence<byte>(key), _access.BrokerTimeoutMs),
                cancellationToken).ConfigureAwait(false);
            return response.Offset == GetResponse.None ? null : Decode(id, response);
        }
        catch (ClusterLogException error) when (error.IsTransient)
        {
            await _access.Metadata.RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private static ConsumedRecord Decode(TopicPartition id, GetResponse response)
    {
        var decoder = new BatchDecoder();
        var batch = new FetchedBatch(id, response.Batch.ToArray(), response.Offset, response.Offset + 1);
        return decoder.Decode(batch) == 1
            ? decoder.Records[0]
            : throw new ClusterLogException(
                ErrorCode.InvalidBatch, $"The batch of {id} that a broker sent does not hold offset {response.Offset}.");
    }
}
