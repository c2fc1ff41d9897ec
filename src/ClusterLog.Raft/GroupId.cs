namespace ClusterLog.Raft;

/// <summary>Names one Raft group in a cluster. Group 0 holds the metadata; ids are never used twice.</summary>
internal readonly record struct GroupId(ulong Value) : IComparable<GroupId>
{
    public static readonly GroupId Metadata;

    public int CompareTo(GroupId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
