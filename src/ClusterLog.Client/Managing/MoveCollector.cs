using ClusterLog.Client.Connections;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Managing;

/// <summary>Asks every broker which partitions move, and takes from each leader how far it is.</summary>
internal static class MoveCollector
{
    /// <summary>Asks once. Fails with a transient error if no broker answers.</summary>
    public static async Task<IReadOnlyList<PartitionMove>> CollectAsync(ClusterAccess access, CancellationToken cancellationToken)
    {
        var snapshot = await access.Metadata.RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var answers = await Task.WhenAll(snapshot.Brokers.Select(
            broker => AskAsync(access, broker.Value, cancellationToken))).ConfigureAwait(false);
        if (Array.TrueForAll(answers, static answer => answer is null))
        {
            throw new ClusterLogException(ErrorCode.MetadataNotAvailable, "No broker told which partitions move.");
        }

        return
        [
            .. answers
                .SelectMany(static answer => answer?.Moves ?? [])
                .GroupBy(static move => (move.Topic, move.Partition))
                .OrderBy(static same => same.Key.Topic, StringComparer.Ordinal)
                .ThenBy(static same => same.Key.Partition)
                .Select(static same => ToMove(same.MaxBy(static move => move.LeaderId)!)),
        ];
    }

    /// <summary>As users see it.</summary>
    public static PartitionMove ToMove(MovingPartition move) => new(
        new TopicPartition(move.Topic, move.Partition),
        [.. move.From.Select(static broker => new BrokerId(broker))],
        [.. move.To.Select(static broker => new BrokerId(broker))],
        move.Since == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(move.Since),
        move.LeaderId == 0
            ? null
            : [.. move.Learners.Select(static learner => new LearnerStatus(
                new BrokerId(learner.BrokerId), learner.EntriesBehind, learner.BytesBehind))]);

    private static async Task<ListMovesResponse?> AskAsync(
        ClusterAccess access, BrokerAddress address, CancellationToken cancellationToken)
    {
        try
        {
            return await access.CallAsync<ListMovesRequest, ListMovesResponse>(address, new ListMovesRequest(), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ClusterLogException)
        {
            // What it leads is told without how far it is.
            return null;
        }
    }
}
