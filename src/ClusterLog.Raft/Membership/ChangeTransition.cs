namespace ClusterLog.Raft.Membership;

/// <summary>How a change gets from the old configuration to the new one.</summary>
internal enum ChangeTransition
{
    /// <summary>One step for a single change (thesis 4.1), joint consensus left by itself for several (thesis 4.3).</summary>
    Auto,

    /// <summary>Joint consensus, left by the leader as soon as the joint configuration is committed.</summary>
    JointImplicit,

    /// <summary>Joint consensus, left only by <see cref="ConfigurationChange.Leave"/>.</summary>
    JointExplicit,
}
