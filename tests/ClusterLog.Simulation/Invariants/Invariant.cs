namespace ClusterLog.Simulation.Invariants;

/// <summary>What a run holds the cluster to.</summary>
internal enum Invariant
{
    /// <summary>At most one replica of a group leads a term (paper 5.2).</summary>
    OneLeaderPerTerm,

    /// <summary>A replica votes for at most one candidate a term, over restarts too.</summary>
    OneVotePerTerm,

    /// <summary>An index and a term name one entry and the one before it (paper 5.3).</summary>
    LogMatching,

    /// <summary>What one replica has committed at an index every other commits there too (paper 5.4.3).</summary>
    CommittedNeverChanges,

    /// <summary>A replica's commit index does not fall while it runs.</summary>
    CommitNeverFalls,

    /// <summary>A replica's term does not fall, over restarts neither.</summary>
    TermNeverFalls,

    /// <summary>What a disk was told to hold, and was said to hold, it holds after a restart.</summary>
    DurableStaysDurable,

    /// <summary>Storage calls written what lies on the disk (raft-notes rule 1).</summary>
    DurableIsSynced,

    /// <summary>Votes and acknowledgements leave when what they say is on disk (raft-notes rules 1 and 8).</summary>
    SentAfterDurable,

    /// <summary>What is committed is on the disks of a majority of the active configuration.</summary>
    CommittedOnMajority,

    /// <summary>A leader commits by counting only entries of its own term, and earlier ones along with them (paper 5.4.2).</summary>
    CommitsOwnTerm,

    /// <summary>A leader's log holds all that was committed in earlier terms (paper 5.4.3).</summary>
    LeaderCompleteness,

    /// <summary>What a producer was told is written is committed, at the offset that it was told.</summary>
    AcknowledgedIsCommitted,

    /// <summary>Replicas that have applied the same entries have the same state.</summary>
    EqualStates,

    /// <summary>Every entry takes the offsets right after those of the entry before.</summary>
    DenseOffsets,

    /// <summary>Consumers see committed records only, and those.</summary>
    ServedIsCommitted,

    /// <summary>A key whose latest record deletes it shows no older one once that is gone, on any replica (ADR 0009).</summary>
    DeletedStaysDeleted,

    /// <summary>A linearizable read shows all that was acknowledged before it began.</summary>
    ReadIsFresh,

    /// <summary>A change of the members begins when the one before, and an entry of the leader's term, are committed.</summary>
    OneChangeAtATime,

    /// <summary>Every two quorums of two configurations that follow each other have a member in common.</summary>
    QuorumsOverlap,

    /// <summary>A restarted replica has the membership that its log says.</summary>
    MembershipOfLog,

    /// <summary>The log's checker finds what was sent, in order, once, and no more.</summary>
    LogHistory,

    /// <summary>Once faults have stopped, every group has a leader that commits.</summary>
    Progress,

    /// <summary>Once faults have stopped, the logs of a group become equal.</summary>
    Convergence,

    /// <summary>A group with nothing to do becomes quiet.</summary>
    Quiet,

    /// <summary>The product itself has seen what cannot be, or has failed otherwise than by the faults given to it.</summary>
    NoInternalError,
}
