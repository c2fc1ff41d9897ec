using ClusterLog.Client.Managing;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client;

/// <content>Partitions that move between brokers, and topics that grow.</content>
public sealed partial class Admin
{
    /// <summary>
    /// Has a partition held by these brokers, and completes once that is decided. It serves all the while; how far it is
    /// <see cref="ListMovesAsync"/> tells.
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="brokers">As many as the topic has replicas, the preferred leader first.</param>
    /// <param name="cancellationToken">Ends the waiting; the partition may move all the same.</param>
    public Task MovePartitionAsync(
        TopicPartition partition, IReadOnlyList<BrokerId> brokers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(brokers);
        ArgumentOutOfRangeException.ThrowIfZero(brokers.Count, nameof(brokers));
        return ChangeAsync<MovePartitionRequest, MovePartitionResponse>(
            new(partition.Topic, partition.Partition, [.. brokers.Select(broker => broker.Value)], _access.BrokerTimeoutMs),
            ErrorCode.None,
            cancellationToken);
    }

    /// <summary>Takes a partition back to the brokers that held it before the move that is under way.</summary>
    /// <exception cref="ClusterLogException"><see cref="ErrorCode.NotMoving"/>: there is nothing to take back.</exception>
    public Task CancelMoveAsync(TopicPartition partition, CancellationToken cancellationToken = default) =>
        ChangeAsync<MovePartitionRequest, MovePartitionResponse>(
            new(partition.Topic, partition.Partition, [], _access.BrokerTimeoutMs), ErrorCode.NotMoving, cancellationToken);

    /// <summary>Tells which partitions move, by topic and number, and how far they are, where their leaders answer.</summary>
    public Task<IReadOnlyList<PartitionMove>> ListMovesAsync(CancellationToken cancellationToken = default) =>
        _access.RetryAsync(token => MoveCollector.CollectAsync(_access, token), cancellationToken);

    /// <summary>
    /// Levels the brokers by moves, a few at a time, and completes once that is decided; or only tells what would move.
    /// </summary>
    /// <param name="execute">False: only tell.</param>
    /// <param name="cancellationToken">Ends the waiting; partitions may move all the same.</param>
    /// <returns>The moves to come.</returns>
    public async Task<IReadOnlyList<PartitionMove>> RebalanceAsync(bool execute, CancellationToken cancellationToken = default)
    {
        var request = new RebalanceRequest(execute, _access.BrokerTimeoutMs);
        var response = await _access.RetryAsync(
            token => _access.CallAnyOnceAsync<RebalanceRequest, RebalanceResponse>(request, token),
            cancellationToken).ConfigureAwait(false);
        return [.. response.Moves.Select(MoveCollector.ToMove)];
    }

    /// <summary>
    /// Gives a topic more partitions, another number of replicas of each, or both. Completes once new partitions have leaders;
    /// replicas come and go after that, by moves, a few at a time. More partitions change which one a key goes to.
    /// </summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="partitions">At least as many as it has; null: as many as it has.</param>
    /// <param name="replicas">At most as many as brokers; null: as many as it has.</param>
    /// <param name="cancellationToken">Ends the waiting; the topic may be changed all the same.</param>
    public async Task ResizeTopicAsync(
        string name, int? partitions = null, int? replicas = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        await ChangeAsync<ResizeTopicRequest, ResizeTopicResponse>(
            new(name, partitions ?? 0, replicas ?? 0, _access.BrokerTimeoutMs), ErrorCode.None, cancellationToken)
            .ConfigureAwait(false);
    }
}
