using ClusterLog.Client.Connections;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Metadata;

/// <summary>Asks the leaders of partitions where positions lie. Thread safe.</summary>
internal sealed class OffsetLookup
{
    /// <summary>The time that stands for the end of a partition.</summary>
    public const long Latest = -1;

    /// <summary>The time that stands for the first record of a partition.</summary>
    public const long Earliest = -2;

    private readonly ClusterAccess _access;

    public OffsetLookup(ClusterAccess access)
    {
        _access = access;
    }

    /// <summary>
    /// Asks each leader once, all at the same time. Fails if one of the partitions has no answer; what is wrong with
    /// the metadata is asked for then, so that another attempt may succeed.
    /// </summary>
    public async Task<IReadOnlyDictionary<int, ListedOffset>> FindAsync(
        string topic, IReadOnlyCollection<int> partitions, long timestamp, CancellationToken cancellationToken)
    {
        await _access.Metadata.GetTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        try
        {
            var snapshot = _access.Metadata.Current;
            var calls = partitions
                .GroupBy(partition => LeaderOf(snapshot, new TopicPartition(topic, partition)))
                .Select(group => AskAsync(group.Key, topic, [.. group], timestamp, cancellationToken))
                .ToArray();
            var answers = await Task.WhenAll(calls).ConfigureAwait(false);
            return answers.SelectMany(answer => answer).ToDictionary(found => found.Partition);
        }
        catch (ClusterLogException error) when (error.IsTransient)
        {
            await _access.Metadata.RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private static BrokerAddress LeaderOf(ClusterSnapshot snapshot, TopicPartition id)
    {
        if (snapshot.FindLeader(id) is { } leader)
        {
            return leader.Address;
        }

        throw snapshot.FindPartition(id) is null
            ? new ClusterLogException(ErrorCode.UnknownPartition, $"There is no partition {id}.")
            : new ClusterLogException(ErrorCode.LeaderNotAvailable, $"Partition {id} has no leader now.");
    }

    private async Task<IReadOnlyList<ListedOffset>> AskAsync(
        BrokerAddress leader, string topic, int[] partitions, long timestamp, CancellationToken cancellationToken)
    {
        var request = new ListOffsetsRequest(
            [.. partitions.Select(partition => new ListOffsetsPartition(topic, partition, timestamp))]);
        var response = await _access.CallAsync<ListOffsetsRequest, ListOffsetsResponse>(leader, request, cancellationToken)
            .ConfigureAwait(false);
        foreach (var found in response.Partitions)
        {
            if (found.Error != ErrorCode.None)
            {
                throw new ClusterLogException(
                    found.Error,
                    $"Broker {leader} does not tell offsets of {topic}/{found.Partition}: "
                    + $"{ErrorCodes.Describe(found.Error)}.");
            }
        }

        return response.Partitions;
    }
}
