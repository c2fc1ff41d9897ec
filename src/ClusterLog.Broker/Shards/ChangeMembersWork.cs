using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// A change of a group's members on its way through the group's shard: the work that proposes it, and the proposal that
/// waits for its commit.
/// </summary>
internal sealed class ChangeMembersWork(GroupId group, ConfigurationChange change) : Proposal, IShardWork
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Completes once the change is committed; one that takes two steps with the first of them. Ends on the group's
    /// shard: a driver without threads sees there and then that it is completed.
    /// </summary>
    /// <exception cref="BrokerException">
    /// NotLeader, LeaderNotAvailable, TooManyRequests (another change is under way) and InvalidArgument (surely not done),
    /// RequestTimedOut (outcome unknown), and the like.
    /// </exception>
    public Task Done => _done.Task;

    public void Run(Shard shard)
    {
        if (shard.Find(group) is not { } replica)
        {
            Fail(ErrorCode.NotLeader, $"This broker holds no replica of group {group}.");
            return;
        }

        shard.Touch(replica);
        replica.ProposeChange(this, change);
    }

    /// <inheritdoc/>
    public void Abandon() =>
        Fail(CodeWhenOutcomeUnknown, $"Group {group} stopped on this broker before the change was known to be committed.");

    protected override void OnCompleted() => _done.TrySetResult();

    protected override void OnFailed(ErrorCode code, string message) =>
        _done.TrySetException(new BrokerException(code, message));
}
