using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Peers;

/// <content>The side that is dialed.</content>
internal sealed partial class PeerMesh
{
    // Strangers may come with ever new reasons; the log keeps these many of them apart, and the rest are one.
    private const int RefusalReasonsMax = 64;

    private readonly PeerHello _ownHello;
    private readonly IReadOnlyCollection<int> _memberIds;
    private readonly Lock _acceptedLock = new();
    private readonly HashSet<Task> _accepted = [];
    private readonly HashSet<string> _refusalReasons = [];
    private int _handshakes;

    /// <summary>Takes a connection that a peer has opened; completes when it has ended.</summary>
    public async Task AcceptAsync(ConnectionContext connection)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_acceptedLock)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _accepted.Add(done.Task);
        }

        try
        {
            await ProcessAcceptedAsync(connection);
        }
        finally
        {
            lock (_acceptedLock)
            {
                _accepted.Remove(done.Task);
            }

            done.SetResult();
        }
    }

    private async Task ProcessAcceptedAsync(ConnectionContext connection)
    {
        var endPoint = connection.RemoteEndPoint?.ToString() ?? "unknown";
        try
        {
            if (await ReceiveAsync(connection) is { } accepted)
            {
                using (accepted.Peer)
                {
                    await RunConnectionAsync(accepted.Link, accepted.Peer);
                }
            }
        }
        catch (PeerHandshakeException e)
        {
            Counters.CountRefusal();
            LogRefusal(endPoint, e.Message);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or OperationCanceledException)
        {
            // A port scan, a health check by TCP, a peer that died while it greeted, or this broker stopping.
            PeerLog.RefusedAgain(_logger, endPoint, e.Message);
        }
    }

    private async Task<(PeerLink Link, PeerConnection Peer)?> ReceiveAsync(ConnectionContext connection)
    {
        if (Interlocked.Increment(ref _handshakes) > _options.HandshakesMax)
        {
            Interlocked.Decrement(ref _handshakes);
            throw new PeerHandshakeException($"{_options.HandshakesMax} handshakes are under way, which is the most");
        }

        try
        {
            using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
            var hello = await PeerHandshake.ReceiveAsync(connection, either.Token);
            var reason = hello.ReasonToRefuse(_ownHello, _memberIds, dialedId: null);
            if (reason is null)
            {
                var link = _links[hello.BrokerId];
                var peer = new PeerConnection(connection, _context, hello, link.Counters);
                reason = await TryAttachAsync(connection, link, peer, either.Token);
                if (reason is null)
                {
                    return (link, peer);
                }

                peer.Dispose();
            }

            await PeerHandshake.SendAsync(connection, new PeerRefused(reason), either.Token);
            throw new PeerHandshakeException(reason);
        }
        finally
        {
            Interlocked.Decrement(ref _handshakes);
        }
    }

    /// <summary>Makes the connection the link's and tells the peer so; returns why not, or null.</summary>
    private async Task<string?> TryAttachAsync(
        ConnectionContext connection, PeerLink link, PeerConnection peer, CancellationToken cancellationToken)
    {
        var reason = await link.AttachAsync(peer, cancellationToken);
        if (reason is not null)
        {
            return reason;
        }

        try
        {
            await PeerHandshake.SendAsync(connection, _ownHello, cancellationToken);
            return null;
        }
        catch (Exception e)
        {
            link.Detach(peer);
            peer.Abandon($"the handshake broke: {e.Message}");
            throw;
        }
    }

    private void LogRefusal(string endPoint, string reason)
    {
        bool isNew;
        lock (_acceptedLock)
        {
            isNew = _refusalReasons.Count < RefusalReasonsMax && _refusalReasons.Add(reason);
        }

        if (isNew)
        {
            PeerLog.Refused(_logger, endPoint, reason);
        }
        else
        {
            PeerLog.RefusedAgain(_logger, endPoint, reason);
        }
    }

    private Task AcceptedEndAsync()
    {
        lock (_acceptedLock)
        {
            return Task.WhenAll(_accepted);
        }
    }
}
