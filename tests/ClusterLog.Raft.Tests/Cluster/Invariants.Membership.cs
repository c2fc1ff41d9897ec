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
    /// At any time a committed entry is durable on a quorum of the committed configuration, or of one that follows it in
    /// some log: whoever is elected by them has it.
    /// </summary>
    private void CheckDurable()
    {
        if (_cluster.LostReplicas.Count > 0)
        {
            return;
        }

        var configurations = new HashSet<Configuration> { CommittedConfiguration };
        foreach (var replica in _cluster.Replicas)
        {
            configurations.Add(ActiveOn(replica.Log));
            configurations.Add(ActiveOn(replica.Disk.DurableLog));
        }

        foreach (var entry in _committed)
        {
            var holders = new Holders(_cluster, entry);
            Assert.True(
                configurations.Any(configuration => configuration.Quorum.Result(holders) == VoteResult.Won),
                $"{entry} was committed, but is not durable on a quorum of any of {string.Join(", ", configurations)}.");
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
}
