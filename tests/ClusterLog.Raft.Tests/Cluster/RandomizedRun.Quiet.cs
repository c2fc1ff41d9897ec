using ClusterLog.Raft.Membership;

namespace ClusterLog.Raft.Tests.Cluster;

/// <content>
/// Groups that fall quiet when the faults have stopped, and what a group that relies on being woken does when its leader
/// is gone.
/// </content>
internal sealed partial class RandomizedRun
{
    /// <summary>Longer than a leader ever waits before it hands over to a preferred voter once more.</summary>
    private const int SleepTicksMax = 1_000;

    private const int ElectTicksMax = 200;

    private int[] _priorities = [];

    /// <summary>
    /// With nothing left to do the group must fall quiet, led by its preferred voter; when that one dies, and the others
    /// are told so, another must lead; and when it is back all must be quiet again and hold the same.
    /// </summary>
    public void SleepAndWake()
    {
        EndChange();
        StopStrangers();
        TellOfPeers();
        FallQuiet();
        AssertPreferredLeads();
        var leader = _cluster.Leader!;
        if (!HasLivingQuorum(leader.Core.Configuration, without: leader.Id))
        {
            return;
        }

        Kill(leader);
        for (var tick = 0; tick < ElectTicksMax && _cluster.Leader is not { Core.IsReady: true }; tick++)
        {
            _cluster.TickAll();
        }

        Assert.True(_cluster.Leader is { Core.IsReady: true }, $"Nobody leads after the quiet leader {leader.Id} has died. {_cluster}");
        FallQuiet();
        Start(leader);
        TellOfPeers();
        FallQuiet();
        AssertPreferredLeads();
        Assert.All(Members(), replica => Assert.Equal(_cluster.Leader!.Core.Commit, replica.Core.Commit));
    }

    private void DrawPriorities()
    {
        if (_random.Next(3) == 0)
        {
            _priorities = [.. Enumerable.Range(0, ReplicasMax + 1).Select(_ => _random.Next(4))];
        }
    }

    private void Prefer(SimulatedReplica replica)
    {
        for (var i = 0; i < _priorities.Length; i++)
        {
            replica.Core.SetPriority(new ReplicaId(i), _priorities[i]);
        }
    }

    private int PriorityOf(ReplicaId replica) => _priorities.Length == 0 ? 0 : _priorities[replica.Value];

    private void Start(SimulatedReplica replica)
    {
        replica.IsDiskStalled = false;
        replica.Start();
        Prefer(replica);
    }

    /// <summary>As the mesh does: all who live hear that a broker is down.</summary>
    private void Kill(SimulatedReplica replica)
    {
        replica.Crash();
        foreach (var other in _cluster.Replicas.Where(other => other.IsUp))
        {
            other.Core.PeerDown(replica.Id);
        }
    }

    /// <summary>A joint configuration that waits to be left keeps its group awake.</summary>
    private void EndChange()
    {
        for (var tick = 0; tick < ElectTicksMax; tick++)
        {
            if (_cluster.Leader is { Core: { IsReady: true, Configuration: { IsJoint: true, AutoLeave: false } } } leader)
            {
                leader.Core.ProposeChange(ConfigurationChange.Leave, out _);
            }

            _cluster.TickAll();
            if (_cluster.Leader is { Core: { IsReady: true, Configuration.IsJoint: false } } last
                && last.Core.Commit >= last.Core.ConfigurationIndex)
            {
                return;
            }
        }

        Assert.Fail($"The change was not ended in {ElectTicksMax} ticks.");
    }

    private void StopStrangers()
    {
        var configuration = _cluster.Leader!.Core.Configuration;
        foreach (var replica in _cluster.Replicas.Where(replica => replica.IsUp && !configuration.Contains(replica.Id)))
        {
            replica.Crash();
        }
    }

    /// <summary>All hear who is up and who is not; a broker that lost its disk was down in between.</summary>
    private void TellOfPeers()
    {
        foreach (var replica in _cluster.Replicas.Where(replica => replica.IsUp))
        {
            foreach (var lost in _cluster.LostReplicas.Where(lost => lost.Id.Value != replica.Id.Value))
            {
                replica.Core.PeerDown(lost.Id);
            }

            foreach (var other in _cluster.Replicas.Where(other => other != replica))
            {
                if (other.IsUp)
                {
                    replica.Core.PeerUp(other.Id);
                }
                else
                {
                    replica.Core.PeerDown(other.Id);
                }
            }

        }
    }

    private void FallQuiet()
    {
        var isNever = !_cluster.Options.QuietGroups && _priorities.Length == 0;
        for (var tick = 0; tick < (isNever ? 20 : SleepTicksMax) && !_cluster.Replicas.All(replica => !replica.IsUp || replica.Core.IsQuiet); tick++)
        {
            _cluster.TickAll();
        }

        foreach (var replica in _cluster.Replicas.Where(replica => replica.IsUp))
        {
            Assert.True(
                replica.Core.IsQuiet || !_cluster.Options.QuietGroups,
                $"Replica {replica.Id} is awake after {SleepTicksMax} ticks. {_cluster}");
        }
    }

    private void AssertPreferredLeads()
    {
        var leader = _cluster.Leader;
        Assert.True(leader is not null, "Nobody leads.");
        var best = Members().Where(replica => replica.IsUp && leader.Core.Configuration.IsVoter(replica.Id))
            .Max(replica => PriorityOf(replica.Id));
        Assert.True(
            PriorityOf(leader.Id) == best,
            $"Replica {leader.Id} of priority {PriorityOf(leader.Id)} leads, though one of {best} is up. {_cluster}");
    }
}
