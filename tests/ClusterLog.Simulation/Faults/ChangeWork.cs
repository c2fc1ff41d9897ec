using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>Asks a leader for a change of its group's members; what came of it is seen in its configuration.</summary>
internal sealed class ChangeWork(World world, GroupId group, ConfigurationChange change) : Proposal, IShardWork
{
    public void Run(Shard shard) => shard.Find(group)?.ProposeChange(this, change);

    public void Abandon()
    {
        // Nobody waits for the answer.
    }

    protected override void OnCompleted() => world.Trace.Note($"group {group}: done: {change}");

    protected override void OnFailed(ErrorCode code, string message) =>
        world.Trace.Note($"group {group}: {code} for {change}: {message}");
}
