using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Simulation.Invariants;

/// <summary>What the checks may see of one life of a replica: from its start to its broker's crash.</summary>
internal interface IReplicaView
{
    GroupId Group { get; }

    /// <summary>Which member of the group it is. One that lost its disk is another member.</summary>
    ReplicaId Id { get; }

    RaftRole Role { get; }

    Term Term { get; }

    LogIndex Commit { get; }

    LogIndex Applied { get; }

    /// <summary>The in-memory view of the log.</summary>
    IRaftLog Log { get; }

    /// <summary>What the disk held of term and vote when this life began.</summary>
    HardState RecoveredState { get; }

    /// <summary>The active configuration.</summary>
    Configuration Configuration { get; }

    /// <summary>Where it stands in the log; zero for the founding one.</summary>
    LogIndex ConfigurationIndex { get; }

    /// <summary>Whether records may go out of its entries that later ones of their keys supersede.</summary>
    bool IsCompacted => false;

    /// <summary>A digest of the state machine's state that takes a few instructions.</summary>
    ulong StateDigest();

    /// <summary>A digest of all of the state machine's state.</summary>
    ulong FullStateDigest();
}
