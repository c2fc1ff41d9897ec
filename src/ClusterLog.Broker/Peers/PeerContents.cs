namespace ClusterLog.Broker.Peers;

/// <summary>Keeps an idle link from looking dead.</summary>
internal sealed class PeerPing
{
    public static readonly PeerPing Instance = new();

    private PeerPing()
    {
    }
}

/// <summary>Leaders that the sender knows of.</summary>
internal sealed record PeerLeaders(IReadOnlyList<LeaderAnnouncement> Leaders);

/// <summary>A request over the mesh; the body is opaque to it.</summary>
internal sealed record PeerRequest(uint CorrelationId, ReadOnlyMemory<byte> Body);

/// <summary>The answer to the request of that id; an error in words where there is none.</summary>
internal sealed record PeerResponse(uint CorrelationId, string? Error, ReadOnlyMemory<byte> Body);

/// <summary>The sender will not talk to the receiver, and closes.</summary>
internal sealed record PeerRefused(string Reason);
