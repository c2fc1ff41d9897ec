namespace ClusterLog.Broker.Peers;

/// <summary>The first frame both ways: who speaks.</summary>
/// <param name="ProtocolVersion">The sender's <see cref="CurrentVersion"/>.</param>
/// <param name="ClusterName">The sender's cluster.</param>
/// <param name="MemberIds">The ids of its brokers in order, joined by commas: in words, so that a refusal can name them.</param>
/// <param name="BrokerId">The sender's id.</param>
/// <param name="Incarnation">The sender's start.</param>
internal sealed record PeerHello(
    int ProtocolVersion, string ClusterName, string MemberIds, int BrokerId, ulong Incarnation)
{
    /// <summary>The version of the protocol between brokers that this program speaks.</summary>
    public const int CurrentVersion = 2;

    /// <summary>What this broker says of itself.</summary>
    public static PeerHello Of(PeerOptions options) => new(
        CurrentVersion,
        options.ClusterName,
        string.Join(',', options.Cluster.Select(static member => member.BrokerId).Order()),
        options.BrokerId,
        options.Incarnation);

    /// <summary>Why a broker that says this of itself is refused, in words; null when it is welcome.</summary>
    /// <param name="own">What the refusing broker says of itself.</param>
    /// <param name="members">The ids of the cluster's brokers.</param>
    /// <param name="dialedId">The id that was dialed; null on the accepting side.</param>
    public string? ReasonToRefuse(PeerHello own, IReadOnlyCollection<int> members, int? dialedId)
    {
        if (ProtocolVersion != own.ProtocolVersion)
        {
            return $"broker {own.BrokerId} speaks version {own.ProtocolVersion} of the peer protocol, "
                + $"broker {BrokerId} speaks version {ProtocolVersion}";
        }

        if (ClusterName != own.ClusterName)
        {
            return $"broker {own.BrokerId} belongs to cluster '{own.ClusterName}', "
                + $"broker {BrokerId} belongs to cluster '{ClusterName}'";
        }

        if (BrokerId == own.BrokerId)
        {
            return $"two brokers have the id {BrokerId}";
        }

        if (MemberIds != own.MemberIds || !members.Contains(BrokerId))
        {
            return $"broker {own.BrokerId} has a cluster of brokers {own.MemberIds}, "
                + $"broker {BrokerId} has one of brokers {MemberIds}";
        }

        return ReasonByDirection(own.BrokerId, dialedId);
    }

    private string? ReasonByDirection(int ownId, int? dialedId)
    {
        if (dialedId is { } expected)
        {
            return BrokerId == expected ? null : $"broker {expected} was dialed, broker {BrokerId} answered";
        }

        // One connection per pair: the lower id dials.
        return BrokerId < ownId ? null : $"broker {ownId} dials broker {BrokerId}, and is not dialed by it";
    }
}
