using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Tests.Cluster;

/// <content>
/// Members that come, go, and lose their disks. Whoever asks for changes keeps a living majority in every set of voters
/// that may come to decide, as an operator has to; all else is the core's affair.
/// </content>
internal sealed partial class RandomizedRun
{
    private const int ReplicasMax = 7;

    private void Join()
    {
        if (_cluster.Replicas.Count < ReplicasMax)
        {
            Prefer(_cluster[_cluster.Join()]);
        }
    }

    private void LoseDisk()
    {
        var replica = Any();
        if (ConfigurationsInPlay().All(configuration => HasLivingQuorum(configuration, without: replica.Id)))
        {
            _cluster.LoseDisk(replica.Id.Value);
            Prefer(_cluster[replica.Id.Value]);
        }
    }

    private void ChangeMembers()
    {
        // Mostly on a leader: anyone else refuses.
        var replica = _random.Next(4) != 0 ? _cluster.Leader ?? Any() : Any();
        if (!replica.IsUp)
        {
            return;
        }

        var change = DrawChange(replica.Core.Configuration);
        if (ConfigurationChanger.Apply(replica.Core.Configuration, change).Configuration is not { } next
            || HasLivingQuorum(next, ReplicaId.None))
        {
            replica.Core.ProposeChange(change, out _);
            DrainSometimes(replica);
        }
    }

    private ConfigurationChange DrawChange(Configuration configuration)
    {
        if (configuration.IsJoint && _random.Next(3) != 0)
        {
            return ConfigurationChange.Leave;
        }

        ReplicaId[] known = [.. _cluster.Replicas.Select(replica => replica.Id), .. configuration.Members];
        var members = new MemberChange[_random.Next(2) == 0 ? 1 : _random.Next(1, 5)];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new MemberChange((MemberChangeKind)_random.Next(4), known[_random.Next(known.Length)]);
        }

        var transition = _random.Next(4) != 0 ? ChangeTransition.Auto : (ChangeTransition)_random.Next(3);
        return new ConfigurationChange(members, transition);
    }

    private IEnumerable<Configuration> ConfigurationsInPlay()
    {
        foreach (var replica in _cluster.Replicas)
        {
            foreach (var log in (ListRaftLog[])[replica.Log, replica.Disk.DurableLog])
            {
                // What an outsider holds counts too: it may be the one who makes it known.
                var logged = log.LatestConfiguration(log.LastIndex)?.Value;
                var founding = Configuration.Of(_cluster.Voters);
                if (logged is not null || founding.IsVoter(replica.Id))
                {
                    yield return logged ?? founding;
                }
            }
        }

        yield return _cluster.Invariants.CommittedConfiguration;
    }

    private bool HasLivingQuorum(Configuration configuration, ReplicaId without)
        => configuration.Quorum.Result(new Living(_cluster, without)) == VoteResult.Won;

    /// <summary>The living members as the leader knows them; all who live while there is none.</summary>
    private IEnumerable<SimulatedReplica> Members()
    {
        var configuration = _cluster.Leader?.Core.Configuration;
        return _cluster.Replicas.Where(replica => configuration?.Contains(replica.Id) ?? true);
    }

    /// <summary>Without pre-votes a replica that was removed disturbs for ever, unless its driver stops it.</summary>
    private void StopRemoved()
    {
        if (_cluster.Options.PreVote || _cluster.Leader is not { Core.IsReady: true } leader
            || leader.Core.ConfigurationIndex > leader.Core.Commit)
        {
            return;
        }

        foreach (var replica in _cluster.Replicas)
        {
            if (replica.IsUp && !leader.Core.Configuration.Contains(replica.Id))
            {
                replica.Crash();
            }
        }
    }

    private readonly struct Living(SimulatedCluster cluster, ReplicaId without) : IVotes
    {
        public bool? VoteOf(ReplicaId voter) => voter != without && cluster.IsAlive(voter);
    }
}
