using ClusterLog.Raft.Membership;

namespace ClusterLog.Raft.Tests.Cluster;

/// <content>Replicas that come and go. A broker's place keeps its number; who lives there may change.</content>
internal sealed partial class SimulatedCluster
{
    private readonly List<SimulatedReplica> _lost = [];

    /// <summary>Replicas whose disk was lost: they never come back.</summary>
    public IReadOnlyList<SimulatedReplica> LostReplicas => _lost;

    /// <summary>The disk that a replica has, or had before it was lost; null for one that never was.</summary>
    public SimulatedDisk? FindDisk(ReplicaId id)
    {
        if (id.Value <= _replicas.Count && this[id.Value].Id == id)
        {
            return this[id.Value].Disk;
        }

        return _lost.Find(replica => replica.Id == id)?.Disk;
    }

    public bool IsAlive(ReplicaId id) => id.Value <= _replicas.Count && this[id.Value].Id == id;

    /// <summary>Adds an empty replica that is not a member yet, and returns its number.</summary>
    public int Join()
    {
        var id = new ReplicaId(_replicas.Count + 1);
        _replicas.Add(NewReplica(id));
        return id.Value;
    }

    /// <summary>
    /// A broker loses its disk: its replica is gone for ever, and an empty one of the next incarnation takes its place.
    /// </summary>
    public ReplicaId LoseDisk(int id)
    {
        var lost = this[id];
        if (lost.IsUp)
        {
            lost.Crash();
        }

        _lost.Add(lost);
        var next = lost.Id with { Incarnation = lost.Id.Incarnation + 1 };
        _replicas[id - 1] = NewReplica(next);
        return next;
    }

    /// <summary>Proposes a change of the members on a replica, which must lead and accept it.</summary>
    public LogEntry Change(int leader, params MemberChange[] members)
    {
        var result = Core(leader).ProposeChange(new ConfigurationChange(members), out var entry, out var refusal);
        Assert.True(result == ProposeResult.Accepted, $"The change was answered by {result}: {refusal}");
        Invariants.Check();
        return entry!;
    }

    /// <summary>Checks that all who are up have the configuration, given in its text form.</summary>
    public void AssertConfiguration(string expected, params int[] ids)
        => Assert.All(ids, id => Assert.Equal((id, expected), (id, Core(id).Configuration.ToString())));

    private SimulatedReplica NewReplica(ReplicaId id) => new(this, id, new SimulatedDisk(new ListRaftLog(), default));
}
