using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Storage;
using System.Collections.Immutable;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// This broker's replica of the metadata group, as the rest of the broker sees it: its snapshot, and the way to
/// propose to it. The state machine side belongs to the group's shard; the rest is safe to use from any thread.
/// </summary>
internal sealed partial class MetadataGroup : IMetadataGroup, IStateMachine
{
    /// <summary>How long a proposal may wait for a majority before its outcome is called unknown.</summary>
    private const int ProposalTimeoutMilliseconds = 10_000;

    private readonly MetadataState _state;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<(LogIndex Index, TaskCompletionSource Waiter)> _waiters = [];
    private Action<MetadataSnapshot> _onSnapshot = static _ => { };
    private IShards? _shards;
    private Replica? _replica;
    private int[] _brokers = [];
    private ImmutableSortedDictionary<int, MetadataReplica>? _assigned;
    private MetadataResult? _lastResult;
    private bool _hasDeleted;
    private volatile int _leader;
    private volatile bool _isLeader;
    private volatile bool _hasCaughtUp;

    public MetadataGroup(MetadataState state, TimeProvider time)
    {
        _state = state;
        _time = time;
    }

    public MetadataSnapshot Snapshot => _state.Snapshot;

    public ReplicaId Leader => new(_leader);

    public bool IsLeader => _isLeader;

    public bool HasCaughtUp => _hasCaughtUp;

    /// <summary>Ties the group to its replica, on the group's shard, before anything else is called.</summary>
    /// <param name="onSnapshot">Told of every new snapshot, on the group's shard; must not block.</param>
    public void Attach(IShards shards, Replica replica, Action<MetadataSnapshot> onSnapshot)
    {
        _shards = shards;
        _replica = replica;
        _onSnapshot = onSnapshot;
        _brokers = [.. replica.Founders.Select(static founder => founder.Value)];
        if (Snapshot.Version > LogIndex.Zero)
        {
            // The replica has begun with a checkpoint: what that holds is told like anything applied.
            OnApplied();
        }
    }

    public Task<MetadataResult> ProposeAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken) =>
        Propose(command).WaitAsync(cancellationToken);

    /// <summary>
    /// Proposes a command. The task ends on the group's shard, in the turn that applies the command or learns that it
    /// cannot: a driver without threads sees there and then that it is completed.
    /// </summary>
    /// <exception cref="BrokerException">The broker is stopping.</exception>
    public Task<MetadataResult> Propose(ReadOnlyMemory<byte> command)
    {
        var proposal = new MetadataProposal(this, command)
        {
            DeadlineMilliseconds = _time.GetMilliseconds() + ProposalTimeoutMilliseconds,
        };
        if (_shards is null)
        {
            throw new BrokerException(ErrorCode.MetadataNotAvailable, "This broker does not take part in the metadata yet.");
        }

        return _shards.Post(GroupId.Metadata, proposal)
            ? proposal.Result
            : throw new BrokerException(ErrorCode.ShuttingDown, "The broker is stopping.");
    }

    public Task WaitForVersionAsync(LogIndex index, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Snapshot.Version >= index)
            {
                return Task.CompletedTask;
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.RemoveAll(static gone => gone.Waiter.Task.IsCompleted);
            _waiters.Add((index, waiter));
            return WaitAsync(waiter, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Apply(LogEntry entry)
    {
        if (entry.Kind == EntryKind.Command)
        {
            var groups = Snapshot.ByGroup.Count;
            _lastResult = _state.Apply(entry.Index, entry.Payload);
            _hasDeleted |= Snapshot.ByGroup.Count < groups;
        }
        else
        {
            _state.Skip(entry.Index);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Capture() => MetadataSnapshotCodec.Encode(Snapshot);

    /// <inheritdoc/>
    public void Restore(RaftSnapshot snapshot) => _state.Restore(snapshot.Index, snapshot.State);

    /// <inheritdoc/>
    /// <remarks>The newest state holds all of the metadata: no entry before it is needed for anything.</remarks>
    public void TrimLog(PartitionLog log) => log.TrimTo(log.LastIndex);

    /// <inheritdoc/>
    public void OnApplied()
    {
        if (_hasDeleted)
        {
            // The disk forgets in time that a group was removed. A restart must then not begin with a state in which the
            // group is still there: its replica would come back with nothing, under its old name.
            _hasDeleted = false;
            _replica!.SaveCheckpoint();
        }

        AssignReplicas();
        AskToBecomeCurrent();
        var snapshot = Snapshot;
        _onSnapshot(snapshot);
        _hasCaughtUp |= _replica!.HasCaughtUp;
        lock (_lock)
        {
            foreach (var (index, waiter) in _waiters)
            {
                if (snapshot.Version >= index)
                {
                    waiter.TrySetResult();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void OnLeaderChanged(ReplicaId leader, bool leads)
    {
        _leader = leader.Value;
        _isLeader = leads;
        if (!leader.IsNone)
        {
            AskToBecomeCurrent();
        }
    }

    /// <inheritdoc/>
    public void OnStopped() => OnLeaderChanged(ReplicaId.None, leads: false);

    private static async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        using var cancellation = cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
        await waiter.Task;
    }

    /// <summary>One command on its way through the group's shard.</summary>
    private sealed class MetadataProposal(MetadataGroup group, ReadOnlyMemory<byte> command) : Proposal, IShardWork
    {
        private readonly TaskCompletionSource<MetadataResult> _result =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<MetadataResult> Result => _result.Task;

        public void Run(Shard shard) =>
            group._replica!.Propose(this, EntryKind.Command, offsetCount: 0, maxTimestamp: 0, command);

        public void Abandon() => Fail(CodeWhenOutcomeUnknown, "The metadata's replica stopped before the change was known to be committed.");

        protected override void OnCompleted() => _result.TrySetResult(group._lastResult!);

        protected override void OnFailed(ErrorCode code, string message) =>
            _result.TrySetException(new BrokerException(code, message));
    }
}
