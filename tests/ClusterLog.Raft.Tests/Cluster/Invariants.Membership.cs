using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Tests.Cluster;

/// <content>What must hold of configurations, and of durability as the configurations define it.</content>
internal sealed partial class Invariants
{
    private Configuration? _committedConfiguration;

    /// <summary>How many changes of the members were committed; leaving a joint configuration is one more.</summary>
    public int Changes { get; private set; }

    /// <summary>The newest configuration that was committed; the founding one at first.</summary>
    public Configuration CommittedConfiguration => _committedConfiguration ?? Configuration.Of(_cluster.Voters);

    /// <summary>The active configuration is the latest one appended, and a leader has one uncommitted at most.</summary>
    private void CheckConfiguration(SimulatedReplica replica)
    {
        var core = replica.Core;
        var latest = replica.Log.LatestConfiguration(replica.Log.LastIndex);
        Assert.True(
            core.ConfigurationIndex == (latest?.Index ?? LogIndex.Zero)
                && core.Configuration.Equals(latest?.Value ?? Configuration.Of(_cluster.Voters)),
            $"Replica {replica.Id} is in {core.Configuration} of {core.ConfigurationIndex}, but its log says {latest}.");
        if (core.Role == RaftRole.Leader && core.ConfigurationIndex > core.Commit)
        {
            var before = replica.Log.LatestConfiguration(core.ConfigurationIndex.Previous)?.Index ?? LogIndex.Zero;
            Assert.True(
                before <= core.Commit || before < core.TermStartIndex,
                $"Leader {replica.Id} has changes at {before} and {core.ConfigurationIndex}, with commit {core.Commit}.");
        }
    }

    private void NoteCommitted(LogEntry entry)
    {
        if (entry.Kind == EntryKind.Configuration)
        {
            _committedConfiguration = ConfigurationCodec.Read(entry.Payload.Span);
            Changes++;
        }
    }

    /// <summary>Called when an entry is first seen committed, which is at the leader that committed it.</summary>
    private void CheckDurableOnQuorum(LogEntry entry, Configuration configuration)
        => Assert.True(
            configuration.Quorum.Result(new Holders(_cluster, entry)) == VoteResult.Won,
            $"{entry} is committed, but not durable on a quorum of {configuration}.");

    /// <summary>
    /// Whoever can be elected, by what the disks hold, has all that was ever committed: leader completeness (paper
    /// 5.4.3), which is what durability on a quorum is for. Looked at in the configuration of each replica's own log.
    /// </summary>
    private void CheckElectable()
    {
        foreach (var replica in _cluster.Replicas)
        {
            var log = replica.Disk.DurableLog;
            if (ActiveOn(log).Quorum.Result(new Electors(_cluster, log)) != VoteResult.Won)
            {
                continue;
            }

            foreach (var entry in _committed)
            {
                Assert.True(
                    entry.Index < log.FirstIndex || log.TermAt(entry.Index) == entry.Term,
                    $"Replica {replica.Id} can be elected without {entry}, which was committed. {_cluster}");
            }
        }
    }

    private Configuration ActiveOn(ListRaftLog log)
        => log.LatestConfiguration(log.LastIndex)?.Value ?? Configuration.Of(_cluster.Voters);

    /// <summary>Those on whose disk an entry is, among them those who lost it since: they held it when they said so.</summary>
    private readonly struct Holders(SimulatedCluster cluster, LogEntry entry) : IVotes
    {
        public bool? VoteOf(ReplicaId voter)
        {
            var log = cluster.FindDisk(voter)?.DurableLog;
            return log is not null && (entry.Index < log.FirstIndex || log.TermAt(entry.Index) == entry.Term);
        }
    }

    /// <summary>Those who would vote for a candidate with this log (paper 5.4.1), a lost disk's replica never.</summary>
    private readonly struct Electors(SimulatedCluster cluster, ListRaftLog candidate) : IVotes
    {
        public bool? VoteOf(ReplicaId voter)
        {
            if (!cluster.IsAlive(voter))
            {
                return false;
            }

            var log = cluster[voter.Value].Disk.DurableLog;
            return candidate.LastTerm > log.LastTerm
                || (candidate.LastTerm == log.LastTerm && candidate.LastIndex >= log.LastIndex);
        }
    }
}
