using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Membership;

/// <summary>The members of a group at one position of its log. Immutable.</summary>
/// <param name="Voters">Who decides: one majority, or two while the membership changes (thesis 4.3).</param>
internal sealed record Configuration(JointQuorum Voters);
