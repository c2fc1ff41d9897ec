namespace ClusterLog.Broker.Peers;

/// <summary>A peer could not be asked, or did not answer.</summary>
internal sealed class PeerUnavailableException : Exception
{
    public PeerUnavailableException(string message, bool outcomeUnknown)
        : base(message) => OutcomeUnknown = outcomeUnknown;

    /// <summary>True when the request may have reached the peer: what it asks for may be done, or be done later.</summary>
    public bool OutcomeUnknown { get; }
}
