using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>Who leads a group, as far as this broker knows. Safe for use by many threads.</summary>
internal interface ILeaderLookup
{
    /// <summary>Leader and its term, by own replicas and by announcements; leader none where it is not known.</summary>
    (ReplicaId Leader, Term Term) LeaderOf(GroupId group);
}
