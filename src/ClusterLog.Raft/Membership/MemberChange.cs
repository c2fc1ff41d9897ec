namespace ClusterLog.Raft.Membership;

/// <summary>One step of a <see cref="ConfigurationChange"/>. A replica that is nobody makes it a step without effect.</summary>
internal readonly record struct MemberChange(MemberChangeKind Kind, ReplicaId Replica)
{
    public static MemberChange AddVoter(ReplicaId replica) => new(MemberChangeKind.AddVoter, replica);

    public static MemberChange AddLearner(ReplicaId replica) => new(MemberChangeKind.AddLearner, replica);

    public static MemberChange Remove(ReplicaId replica) => new(MemberChangeKind.Remove, replica);

    public override string ToString() => $"{Kind}({Replica})";
}
