namespace ClusterLog.Raft.Membership;

/// <summary>What a change does to one replica.</summary>
internal enum MemberChangeKind
{
    /// <summary>Adds it as a voter, or promotes a learner.</summary>
    AddVoter,

    /// <summary>Adds it as a learner, or demotes a voter.</summary>
    AddLearner,

    /// <summary>Takes it out; of no effect where it is not in.</summary>
    Remove,

    /// <summary>Changes nothing in the configuration; for a driver that keeps more about its members.</summary>
    Update,
}
