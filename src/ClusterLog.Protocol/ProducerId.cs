using System.Globalization;

namespace ClusterLog.Protocol;

/// <summary>
/// What the cluster knows a producer by, so that a batch sent twice is stored once. Given out by the cluster, never
/// twice.
/// </summary>
/// <param name="Value">The number, 0 or higher; -1 stands for a producer that is not idempotent.</param>
public readonly record struct ProducerId(long Value)
{
    /// <summary>No producer id: the batch is not checked for duplicates.</summary>
    public static ProducerId None => new(-1);

    /// <summary>The number alone, in the invariant culture.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
