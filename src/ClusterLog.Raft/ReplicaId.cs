namespace ClusterLog.Raft;

/// <summary>Names one member of a group: the id of the broker that holds it. 0 names nobody.</summary>
internal readonly record struct ReplicaId(int Value) : IComparable<ReplicaId>
{
    public static readonly ReplicaId None;

    public bool IsNone => Value == 0;

    public int CompareTo(ReplicaId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
