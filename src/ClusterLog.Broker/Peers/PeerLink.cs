using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>What the mesh keeps of one other broker while connections come and go: at most one at a time.</summary>
internal sealed class PeerLink
{
    private readonly Lock _lock = new();
    private PeerConnection? _current;
    private string? _lastFailure;

    public PeerLink(PeerAddress address, PeerCounters total)
    {
        Address = address;
        Peer = new ReplicaId(address.BrokerId);
        Counters = new PeerCounters(total);
    }

    public ReplicaId Peer { get; }

    public PeerAddress Address { get; }

    public PeerCounters Counters { get; }

    /// <summary>The connection whose handshake has succeeded; null without one.</summary>
    public PeerConnection? Current => Volatile.Read(ref _current);

    public PeerStatus Status
    {
        get
        {
            var current = Current;
            return new PeerStatus(
                Peer, Address, current is not null, current?.OutboundBytes ?? 0, Volatile.Read(ref _lastFailure), Counters);
        }
    }

    /// <summary>
    /// Makes this the link's connection; returns why not, or null. The same process connecting again means that it has
    /// given the old connection up: that one is ended first. Another process with the same id has to wait until the old
    /// connection has proved dead.
    /// </summary>
    public async Task<string?> AttachAsync(PeerConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            PeerConnection other;
            lock (_lock)
            {
                if (_current is null)
                {
                    Volatile.Write(ref _current, connection);
                    Counters.CountConnect();
                    return null;
                }

                other = _current;
            }

            if (other.Incarnation != connection.Incarnation && other.EndReason is null)
            {
                return $"a broker with the id {Peer} is connected already, from {other.RemoteEndPoint}";
            }

            other.Abort("it has connected anew");
            await other.Ended.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets go of the link's connection.</summary>
    public void Detach(PeerConnection connection)
    {
        lock (_lock)
        {
            if (_current == connection)
            {
                Volatile.Write(ref _current, null);
                Counters.CountDisconnect();
            }
        }
    }

    /// <summary>Keeps why the last attempt failed; true when that is news, which is what a log is for.</summary>
    public bool NoteFailure(string reason) => Interlocked.Exchange(ref _lastFailure, reason) != reason;

    /// <summary>Forgets the last failure, so that the same one is news again.</summary>
    public void NoteSuccess() => Volatile.Write(ref _lastFailure, null);
}
