using System.Globalization;

namespace ClusterLog.Raft;

/// <summary>
/// Names one member of a group: the broker that holds it, and which of that broker's replicas it is. The core treats
/// the pair as one opaque name. A replica that lost its disk comes back under a higher incarnation, and so as a
/// stranger until a membership change takes it in; an identity is never used twice (raft-notes rule 9).
/// </summary>
/// <param name="Value">The broker's id; 0 names nobody.</param>
/// <param name="Incarnation">Counts the identities that the broker has had in the group before this one.</param>
internal readonly record struct ReplicaId(int Value, uint Incarnation = 0) : IComparable<ReplicaId>
{
    public static readonly ReplicaId None;

    public bool IsNone => Value == 0;

    /// <summary>True when both are replicas of one broker, of the same incarnation or not.</summary>
    public bool IsSameBroker(ReplicaId other) => Value == other.Value;

    public int CompareTo(ReplicaId other)
    {
        var byValue = Value.CompareTo(other.Value);
        return byValue != 0 ? byValue : Incarnation.CompareTo(other.Incarnation);
    }

    /// <summary>"3", or "3.2" for incarnation 2.</summary>
    public override string ToString() => Incarnation == 0
        ? Value.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Value}.{Incarnation}");
}
