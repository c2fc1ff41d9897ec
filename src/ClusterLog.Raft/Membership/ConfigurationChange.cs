namespace ClusterLog.Raft.Membership;

/// <summary>What is asked of a leader: members to add, to promote, to demote, to take out, all at once.</summary>
/// <param name="Members">The steps, applied in order; none of them, with <see cref="ChangeTransition.Auto"/>, leaves a
/// joint configuration.</param>
/// <param name="Transition">Whether joint consensus is used, and how it is left.</param>
internal sealed record ConfigurationChange(
    IReadOnlyList<MemberChange> Members, ChangeTransition Transition = ChangeTransition.Auto)
{
    /// <summary>Leaves a joint configuration that does not leave by itself.</summary>
    public static readonly ConfigurationChange Leave = new([]);

    public ConfigurationChange(params MemberChange[] members)
        : this(members, ChangeTransition.Auto)
    {
    }

    public bool IsLeave => Members.Count == 0 && Transition == ChangeTransition.Auto;

    /// <summary>Several members at once are only safe by way of a joint configuration (thesis 4.3).</summary>
    public bool NeedsJoint => Transition != ChangeTransition.Auto || Members.Count > 1;

    public override string ToString() => IsLeave ? "leave" : $"{Transition} {string.Join(' ', Members)}";
}
