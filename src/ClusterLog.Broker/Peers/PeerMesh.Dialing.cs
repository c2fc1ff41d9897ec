using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Peers;

/// <content>The side that dials: one loop for each broker of a higher id.</content>
internal sealed partial class PeerMesh
{
    private const string StoppingReason = "this broker is stopping";

    private async Task RunDialingAsync(PeerLink link, Random random)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ProcessDialingAsync(link, random);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Nothing of this loop is expected to fail; a cluster that silently stopped dialing would be worse.
                PeerLog.DialLoopFailed(_logger, link.Peer, e);
            }
        }
    }

    private async Task ProcessDialingAsync(PeerLink link, Random random)
    {
        var delay = _options.ReconnectDelayMin;
        while (true)
        {
            var wasConnected = await TryConnectAsync(link);
            delay = wasConnected ? _options.ReconnectDelayMin : Min(delay * 2, _options.ReconnectDelayMax);

            // From the upper half, so that brokers that lost each other at once do not dial in step.
            await Task.Delay(delay * (0.5 + (random.NextDouble() / 2)), _context.Time, _stopping.Token);
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>Connects and stays until the connection ends; false when it did not come about.</summary>
    private async Task<bool> TryConnectAsync(PeerLink link)
    {
        var connected = false;
        try
        {
            await using var connection = await DialAsync(link.Address);
            using var peer = await GreetAsync(connection, link);
            connected = true;
            await RunConnectionAsync(link, peer);
        }
        catch (Exception e) when (e is SocketException or IOException or PeerHandshakeException
            or ConnectionAbortedException
            || (e is OperationCanceledException && !_stopping.IsCancellationRequested))
        {
            var reason = e is OperationCanceledException
                ? $"no connection and handshake within {_options.HandshakeTimeout.TotalMilliseconds} ms"
                : e.Message;
            if (link.NoteFailure(reason))
            {
                PeerLog.NotReached(_logger, link.Peer, link.Address, reason);
            }
        }

        return connected;
    }

    private async Task<ConnectionContext> DialAsync(PeerAddress address)
    {
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(address.Host, address.Port), either.Token);
            return new DialedConnection(socket, _memory);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<PeerConnection> GreetAsync(ConnectionContext connection, PeerLink link)
    {
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        await PeerHandshake.SendAsync(connection, _ownHello, either.Token);
        var hello = await PeerHandshake.ReceiveAsync(connection, either.Token);
        var reason = hello.ReasonToRefuse(_ownHello, _memberIds, link.Address.BrokerId);
        if (reason is null)
        {
            var peer = new PeerConnection(connection, _context, hello, link.Counters);
            reason = await link.AttachAsync(peer, either.Token);
            if (reason is null)
            {
                return peer;
            }

            peer.Dispose();
        }

        link.Counters.CountRefusal();
        await PeerHandshake.SendAsync(connection, new PeerRefused(reason), either.Token);
        throw new PeerHandshakeException(reason);
    }

    private async Task RunConnectionAsync(PeerLink link, PeerConnection peer)
    {
        link.NoteSuccess();
        PeerLog.Connected(_logger, link.Peer, peer.RemoteEndPoint);
        if (_stopping.IsCancellationRequested)
        {
            // Stopping may have looked for connections before this one was there.
            peer.Abort(StoppingReason);
        }

        await peer.RunAsync(() => link.Detach(peer));
        link.NoteFailure(peer.EndReason!);
        PeerLog.Disconnected(_logger, link.Peer, peer.EndReason!);
    }
}
