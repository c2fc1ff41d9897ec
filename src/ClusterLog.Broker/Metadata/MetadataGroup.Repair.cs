using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <content>The group's own members, and whether what this replica knows is of today.</content>
internal sealed partial class MetadataGroup
{
    private const int ReadTimeoutMilliseconds = 2_000;

    private bool _isAsking;
    private volatile bool _isCurrent;

    /// <summary>
    /// True once this replica has applied, since its start, everything that was committed when it asked. A disk may give
    /// back an earlier state than the last, in which groups are still there that were deleted since: until then, nothing
    /// must begin that could be one of them.
    /// </summary>
    public bool IsCurrent => _isCurrent;

    /// <summary>The replicas of this group follow from its founders, and from what it holds of those replaced.</summary>
    private void AssignReplicas()
    {
        var snapshot = Snapshot;
        if (_isCurrent && !ReferenceEquals(_assigned, snapshot.MetadataReplicas))
        {
            _assigned = snapshot.MetadataReplicas;
            _replica!.Assign([.. _brokers.Select(snapshot.MetadataReplicaOn)], snapshot.Version);
        }
    }

    private void AskToBecomeCurrent()
    {
        if (!_isCurrent && !_isAsking && _replica is { IsStopped: false } replica)
        {
            _isAsking = true;
            replica.RequestRead(new CurrentRead(this) { DeadlineMilliseconds = _time.GetMilliseconds() + ReadTimeoutMilliseconds });
        }
    }

    private void OnCurrent()
    {
        (_isAsking, _isCurrent) = (false, true);
        AssignReplicas();
        _onSnapshot(Snapshot);
    }

    private void OnNotCurrent(ErrorCode code)
    {
        _isAsking = false;
        if (code == ErrorCode.RequestTimedOut)
        {
            // The question or its answer was lost, and nothing else may ever happen to the group. Any other refusal is
            // about the leader, or the first entry of its term: both will be heard of.
            _shards!.Post(GroupId.Metadata, new AskAgainWork(this));
        }
    }

    private sealed class CurrentRead(MetadataGroup group) : PendingRead
    {
        protected override void OnCompleted() => group.OnCurrent();

        protected override void OnFailed(ErrorCode code, string message) => group.OnNotCurrent(code);
    }

    private sealed class AskAgainWork(MetadataGroup group) : IShardWork
    {
        public void Run(Shard shard) => group.AskToBecomeCurrent();
    }
}
