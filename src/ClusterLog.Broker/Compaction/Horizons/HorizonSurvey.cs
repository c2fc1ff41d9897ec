using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Compaction.Horizons;

/// <summary>
/// One leader's question to all members of its group, how far their logs are clean, and the answers so far. Pure; one
/// thread at a time.
/// </summary>
internal sealed class HorizonSurvey
{
    private readonly HashSet<ReplicaId> _missing;
    private long _least = long.MaxValue;

    /// <param name="term">The term in which the leader asks.</param>
    /// <param name="configurationIndex">The entry that the members are of.</param>
    /// <param name="members">Voters and learners; at least one.</param>
    public HorizonSurvey(
        PartitionInfo partition, Term term, LogIndex configurationIndex, IEnumerable<ReplicaId> members)
    {
        (Partition, Term, ConfigurationIndex) = (partition, term, configurationIndex);
        _missing = [.. members];
    }

    public PartitionInfo Partition { get; }

    public Term Term { get; }

    public LogIndex ConfigurationIndex { get; }

    /// <summary>The members that have not answered.</summary>
    public IReadOnlyCollection<ReplicaId> Missing => _missing;

    /// <summary>Up to where all members are clean; null until all have answered.</summary>
    public long? CleanTo => _missing.Count == 0 ? _least : null;

    /// <summary>
    /// Takes an answer. That of another incarnation, or of a replica that is no member, says nothing: it is passed over.
    /// </summary>
    public void Add(ReplicaId replica, long cleanTo)
    {
        if (_missing.Remove(replica))
        {
            _least = Math.Min(_least, cleanTo);
        }
    }
}
