using System.Globalization;

namespace ClusterLog.Protocol;

/// <summary>The number of a broker in its cluster, 1 or higher; fixed as long as the broker's data live.</summary>
/// <param name="Value">The number; 0 stands for no broker.</param>
public readonly record struct BrokerId(int Value)
{
    /// <summary>No broker: what stands where a leader or controller is not known.</summary>
    public static BrokerId None => default;

    /// <summary>The number alone, in the invariant culture.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
