using System.Globalization;

namespace ClusterLog.Protocol;

/// <summary>
/// The place of a record in its partition. Offsets are dense, start at 0 and never change meaning; an offset below 0
/// is no record's.
/// </summary>
/// <param name="Value">The number of records before this one in the partition.</param>
public readonly record struct Offset(long Value) : IComparable<Offset>
{
    /// <summary>The offset of a partition's first record.</summary>
    public static Offset Zero => default;

    /// <summary>The offset so many records later.</summary>
    public static Offset operator +(Offset offset, long count) => new(checked(offset.Value + count));

    /// <summary>The offset so many records earlier.</summary>
    public static Offset operator -(Offset offset, long count) => new(checked(offset.Value - count));

    /// <summary>How many records lie from the second offset to the first.</summary>
    public static long operator -(Offset left, Offset right) => checked(left.Value - right.Value);

    /// <summary>The next offset.</summary>
    public static Offset operator ++(Offset offset) => offset + 1;

    /// <summary>Whether the first offset lies before the second.</summary>
    public static bool operator <(Offset left, Offset right) => left.Value < right.Value;

    /// <summary>Whether the first offset lies after the second.</summary>
    public static bool operator >(Offset left, Offset right) => left.Value > right.Value;

    /// <summary>Whether the first offset lies before the second or is the same.</summary>
    public static bool operator <=(Offset left, Offset right) => left.Value <= right.Value;

    /// <summary>Whether the first offset lies after the second or is the same.</summary>
    public static bool operator >=(Offset left, Offset right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Offset other) => Value.CompareTo(other.Value);

    /// <summary>The number alone, in the invariant culture.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
