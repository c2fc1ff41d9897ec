using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>What a consumer does where the partition no longer, or not yet, holds the offset it is at.</summary>
public enum OffsetResetPolicy
{
    /// <summary>It ends with <see cref="ErrorCode.OffsetOutOfRange"/>.</summary>
    Fail = 0,

    /// <summary>It goes on at the first record that the partition holds.</summary>
    Earliest = 1,

    /// <summary>It goes on after the last record of the partition.</summary>
    Latest = 2,
}
