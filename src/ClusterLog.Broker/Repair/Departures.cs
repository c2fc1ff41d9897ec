using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Repair;

/// <summary>
/// Replicas of this broker whose partition has moved away. Each stays in its group until the change of members is
/// committed: it may be needed for that. Mostly it hears of it as a member; where the news was lost it would never, so the
/// group's leader is asked, about each second, as long as there is such a replica.
/// </summary>
internal sealed class Departures : IAsyncDisposable
{
    /// <summary>The most replicas that are asked about at a time.</summary>
    private const int AskedMax = 32;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(1);

    private readonly IShards _shards;
    private readonly IPeerRequests _peers;
    private readonly ILeaderLookup _leaders;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<GroupId, (PartitionInfo Partition, ReplicaId Replica)> _departing = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;

    public Departures(IShards shards, IPeerRequests peers, ILeaderLookup leaders, TimeProvider time)
    {
        (_shards, _peers, _leaders, _time) = (shards, peers, leaders, time);
    }

    /// <summary>A replica is to leave its group. Any thread.</summary>
    public void Begin(PartitionInfo partition, ReplicaId replica)
    {
        lock (_lock)
        {
            _departing[partition.Group] = (partition, replica);
            if (!_isRunning && !_stopping.IsCancellationRequested)
            {
                _isRunning = true;
                _running = RunAsync();
            }
        }
    }

    /// <summary>Answers a peer whose replica is to leave. Any thread.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(ReplicaId peer, ReadOnlyMemory<byte> request)
    {
        var (group, replica) = DepartureQuestion.DecodeRequest(request)
            ?? throw new InvalidDataException($"The question of broker {peer.Value} about a replica that leaves cannot be read.");
        var isOut = await _shards.AskAsync(
            group, shard => shard.Find(group) is { } found && found.KnowsToBeOut(replica));
        return DepartureQuestion.EncodeResponse(isOut);
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_lock)
        {
            _stopping.Cancel();
            running = _running;
        }

        await running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await ProcessAsync();
        }
        catch (OperationCanceledException)
        {
            // The broker stops; the next start finds what is left to do.
        }
    }

    private async Task ProcessAsync()
    {
        do
        {
            await Task.Delay(Interval, _time, _stopping.Token);
            foreach (var batch in Departing().Chunk(AskedMax))
            {
                await Task.WhenAll(batch.Select(item => AskAsync(item.Partition, item.Replica)));
            }
        }
        while (IsAnyLeft());
    }

    private (PartitionInfo Partition, ReplicaId Replica)[] Departing()
    {
        lock (_lock)
        {
            return [.. _departing.Values];
        }
    }

    private bool IsAnyLeft()
    {
        lock (_lock)
        {
            return _isRunning = _departing.Count > 0;
        }
    }

    private async Task AskAsync(PartitionInfo partition, ReplicaId replica)
    {
        var group = partition.Group;
        if (!await IsHereAsync(group, replica) || await IsOutAsync(partition, replica))
        {
            _shards.Post(group, new LeaveWork(group, replica));
            lock (_lock)
            {
                if (_departing.TryGetValue(group, out var known) && known.Replica == replica)
                {
                    _departing.Remove(group);
                }
            }
        }
    }

    private Task<bool> IsHereAsync(GroupId group, ReplicaId replica) => _shards.AskAsync(
        group, shard => shard.Find(group) is { IsStopped: false, IsDeparting: true } found && found.Identity == replica);

    private async Task<bool> IsOutAsync(PartitionInfo partition, ReplicaId replica)
    {
        var leader = _leaders.LeaderOf(partition.Group).Leader;
        var asked = leader.IsNone || leader.IsSameBroker(replica) ? [.. partition.Replicas] : new[] { leader };
        foreach (var other in asked)
        {
            try
            {
                var request = DepartureQuestion.EncodeRequest(partition.Group, replica);
                var answer = await _peers.RequestAsync(
                    new ReplicaId(other.Value), request, AskTimeout, _stopping.Token);
                if (DepartureQuestion.DecodeResponse(answer))
                {
                    return true;
                }
            }
            catch (PeerUnavailableException)
            {
                // Another leads, or will be asked again.
            }
        }

        return false;
    }

    private sealed class LeaveWork(GroupId group, ReplicaId replica) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (shard.Find(group) is { IsDeparting: true } found && found.Identity == replica)
            {
                shard.Touch(found);
                found.Leave();
            }
        }
    }
}
