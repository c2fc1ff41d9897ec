using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Metadata;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Moves;

/// <summary>
/// Where this broker leads the metadata, begins the moves that <see cref="MovePlanner"/> decides on, a few at a time. What is
/// under way, and what is still to do, follows from the metadata; only how long a broker has been out of reach is counted
/// anew by each leader.
/// </summary>
internal sealed class MoveScheduler : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ReplicationOptions _options;
    private readonly int _broker;
    private readonly IMetadataGroup _group;
    private readonly MetadataService _metadata;
    private readonly Func<int, bool> _isConnected;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<int, long> _missingSince = [];
    private readonly Rounds _rounds;

    /// <param name="isConnected">Whether there is a connection to a broker.</param>
    public MoveScheduler(
        ReplicationOptions options,
        int broker,
        IMetadataGroup group,
        MetadataService metadata,
        Func<int, bool> isConnected,
        TimeProvider time,
        ILogger logger)
    {
        (_options, _broker, _group, _metadata) = (options, broker, group, metadata);
        (_isConnected, _time, _logger) = (isConnected, time, logger);
        _rounds = new Rounds(Interval, time, RunOnceAsync, logger.SchedulerFailed);
    }

    public void Start() => _rounds.Start();

    public ValueTask DisposeAsync() => _rounds.DisposeAsync();

    /// <summary>One look at everything, about each second.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!_group.IsLeader || !_group.HasCaughtUp)
        {
            _missingSince.Clear();
            return;
        }

        var snapshot = _group.Snapshot;
        var reachable = snapshot.Brokers.Keys.Where(IsReachable).ToHashSet();
        var gone = Missing(snapshot, reachable);
        var moves = MovePlanner.Next(snapshot, reachable, gone, _options.MovesMax);
        foreach (var move in moves)
        {
            _logger.MoveBegun(
                move.Partition, move.Partition.Group, string.Join(", ", move.Partition.Replicas), string.Join(", ", move.Brokers), move.Why);
            await ProposeAsync(
                new AssignReplicasCommand(move.Partition.Group, move.Brokers)
                {
                    Expected = move.Partition.AssignedAt,
                    AskedAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
                },
                cancellationToken);
        }

        if (snapshot.IsRebalancing
            && moves.Count == 0
            && !snapshot.ByGroup.Values.Any(static partition => partition.IsMoving)
            && !MovePlanner.IsAnythingUnfit(snapshot, gone))
        {
            _logger.Rebalanced();
            await ProposeAsync(new SetRebalancingCommand(false), cancellationToken);
        }
    }

    private bool IsReachable(int broker) => broker == _broker || _isConnected(broker);

    /// <summary>Counts how long brokers have been out of reach; gives those that are not waited for any more.</summary>
    private HashSet<int> Missing(MetadataSnapshot snapshot, HashSet<int> reachable)
    {
        var gone = new HashSet<int>();
        foreach (var back in _missingSince.Keys.Where(broker => reachable.Contains(broker) || !snapshot.Brokers.ContainsKey(broker)).ToArray())
        {
            _missingSince.Remove(back);
        }

        foreach (var broker in snapshot.Brokers.Keys.Where(broker => !reachable.Contains(broker)))
        {
            if (_missingSince.TryAdd(broker, _time.GetTimestamp()))
            {
                continue;
            }

            if (_options.ReplaceAfter > TimeSpan.Zero && _time.GetElapsedTime(_missingSince[broker]) >= _options.ReplaceAfter)
            {
                gone.Add(broker);
            }
        }

        return gone;
    }

    private async Task ProposeAsync(MetadataCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await _metadata.ChangeAsync(command, cancellationToken);
        }
        catch (BrokerException error)
        {
            // The next round sees what has become of it, and decides anew.
            _logger.MoveNotBegun($"{command}", error.Message);
        }
    }
}
