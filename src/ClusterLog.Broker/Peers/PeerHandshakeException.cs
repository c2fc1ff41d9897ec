namespace ClusterLog.Broker.Peers;

/// <summary>A handshake did not succeed; the message says why, as the end of a sentence.</summary>
internal sealed class PeerHandshakeException : Exception
{
    public PeerHandshakeException(string message)
        : base(message)
    {
    }
}
