using ClusterLog.Raft;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// One connection to a peer after its handshake, dialed or accepted: a loop that receives, a loop that sends, and the
/// requests under way. It ends once, for the first reason that anyone finds. Whoever made it calls
/// <see cref="RunAsync"/> or <see cref="Abandon"/>, and disposes it.
/// </summary>
internal sealed partial class PeerConnection : IDisposable
{
    private readonly ConnectionContext _context;
    private readonly PeerMeshContext _mesh;
    private readonly PeerCounters _counters;
    private readonly ILogger _logger;
    private readonly ReplicaId _self;
    private readonly string _name;
    private readonly PeerOutbound _outbound;
    private readonly PeerRequestTable _requests;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _endReason;
    private long _lastReceived;
    private long _lastSent;

    public PeerConnection(
        ConnectionContext context, PeerMeshContext mesh, PeerHello hello, PeerCounters counters)
    {
        _context = context;
        _mesh = mesh;
        _counters = counters;
        _logger = mesh.Logger;
        _self = new ReplicaId(mesh.Options.BrokerId);
        Peer = new ReplicaId(hello.BrokerId);
        Incarnation = hello.Incarnation;
        _name = $"broker {Peer}";
        _outbound = new PeerOutbound(mesh.Options.OutboundBytesMax, mesh.Options.ControlBytesMax);
        _requests = new PeerRequestTable(mesh.Options.RequestsInFlightMax);
        _assembler = new PeerFrameAssembler(mesh.Options.PeerFrameBytesMax, mesh.Payloads);
        _lastReceived = _lastSent = mesh.Time.GetTimestamp();
    }

    public ReplicaId Peer { get; }

    /// <summary>The peer's start, as its Hello names it.</summary>
    public ulong Incarnation { get; }

    /// <summary>Where the peer is, as the socket sees it.</summary>
    public string RemoteEndPoint => _context.RemoteEndPoint?.ToString() ?? "unknown";

    /// <summary>The bytes that wait to be sent.</summary>
    public long OutboundBytes => _outbound.Bytes;

    /// <summary>Why it ended; null while it lives.</summary>
    public string? EndReason => Volatile.Read(ref _endReason);

    /// <summary>Completes when it has ended and the broker has been told.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Runs until the connection ends; tells the broker of its beginning and its end.</summary>
    /// <param name="detach">Called once nothing more comes of this connection, before the broker hears that it is down.</param>
    public async Task RunAsync(Action detach)
    {
        var sending = Task.CompletedTask;
        try
        {
            _mesh.Events.OnPeerUp(Peer);
            sending = RunSendingAsync();
            await RunReceivingAsync();
        }
        catch (Exception e)
        {
            // The broker's own handlers must not throw: if one does, this is where it is seen, and the peer is let go.
            PeerLog.HandlerFailed(_logger, Peer, e);
            Abort($"a handler of its messages failed: {e.Message}");
        }
        finally
        {
            Abort("the connection has ended");
            await sending;
            await _ending.CancelAsync();
            await FinishAnswersAsync();
            _requests.Close(_name, EndReason!);
            detach();
            try
            {
                _mesh.Events.OnPeerDown(Peer);
            }
            finally
            {
                _ended.TrySetResult();
            }
        }
    }

    /// <summary>Ends the connection; the first reason given is kept. Safe on any thread, and does not wait.</summary>
    public void Abort(string reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, reason, null) is not null)
        {
            return;
        }

        _outbound.Close();
        _requests.Close(_name, reason);
        _context.Transport.Input.CancelPendingRead();
        _context.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>Ends a connection that never got as far as <see cref="RunAsync"/>.</summary>
    public void Abandon(string reason)
    {
        Abort(reason);
        _ended.TrySetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _ending.Dispose();

    /// <summary>Adds a Raft message to what waits for <see cref="Flush"/>; drops and counts it where there is no room.</summary>
    public void Send(GroupId group, RaftMessage message)
    {
        var size = PeerFrameWriter.SizeBound(message);
        if (size > _mesh.Options.PeerFrameBytesMax)
        {
            _counters.CountDroppedOutboundFull();
            PeerLog.FrameTooLarge(_logger, message.GetType().Name, group, Peer, size, _mesh.Options.PeerFrameBytesMax);
        }
        else
        {
            var frame = OutboundFrame.Of(group, message, size);
            if (!_outbound.TryAdd(frame, isControl: false))
            {
                frame.Held?.Dispose();
                _counters.CountDroppedOutboundFull();
            }
        }
    }

    /// <summary>Lets everything added so far leave.</summary>
    public void Flush() => _outbound.Flush();

    /// <summary>Sends leaders at once; ends the connection where there is no room, so that its successor begins anew.</summary>
    public void SendLeaders(IReadOnlyList<LeaderAnnouncement> leaders)
    {
        // In pieces, so that no number of groups makes a frame too large.
        const int LeadersPerFrame = 4096;
        for (var first = 0; first < leaders.Count; first += LeadersPerFrame)
        {
            var piece = leaders.Skip(first).Take(LeadersPerFrame).ToArray();
            if (!TrySendControl(new PeerLeaders(piece)))
            {
                Abort($"it takes no leader announcements: {OutboundBytes} bytes wait for it");
                return;
            }
        }
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="PeerUnavailableException">See <see cref="IPeerRequests"/>.</exception>
    public async Task<ReadOnlyMemory<byte>> RequestAsync(
        ReadOnlyMemory<byte> body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (id, answer) = _requests.Add(_name);
        try
        {
            var request = new PeerRequest(id, body);
            if (PeerFrameWriter.SizeBound(request) > _mesh.Options.PeerFrameBytesMax || !TrySendControl(request))
            {
                throw new PeerUnavailableException(
                    $"No room for a request of {body.Length} bytes to {_name}.", outcomeUnknown: false);
            }

            return await answer.WaitAsync(timeout, _mesh.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new PeerUnavailableException(
                $"{_name} did not answer within {timeout.TotalMilliseconds} ms.", outcomeUnknown: true);
        }
        finally
        {
            _requests.Remove(id);
        }
    }

    /// <summary>Ends a connection whose peer is silent; pings over an idle one. Called by the mesh's timer.</summary>
    /// <param name="isLate">The timer itself was held up, so silence proves nothing this time.</param>
    public void Check(bool isLate)
    {
        var silence = _mesh.Time.GetElapsedTime(Volatile.Read(ref _lastReceived));
        if (silence >= _mesh.Options.SilenceMax && !isLate)
        {
            Abort($"no byte came from it for {silence.TotalMilliseconds:F0} ms");
        }
        else if (_mesh.Time.GetElapsedTime(Volatile.Read(ref _lastSent)) >= _mesh.Options.PingInterval
            && _outbound.Bytes == 0)
        {
            TrySendControl(PeerPing.Instance);
        }

        // Nobody's missing Flush holds a message up for longer than one turn of the timer.
        _outbound.Flush();
    }

    private bool TrySendControl(object content)
    {
        var frame = new OutboundFrame(default, content, PeerFrameWriter.SizeBound(content));
        var added = _outbound.TryAdd(frame, isControl: true);
        _outbound.Flush();
        return added;
    }
}
