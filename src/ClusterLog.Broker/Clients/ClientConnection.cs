using System.Net.Sockets;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Clients;

/// <summary>
/// Step 5: one client's connection. Cuts what comes into frames and hands them to the dispatcher in order; its replies
/// leave through <see cref="Replies"/> in whatever order they are ready.
/// </summary>
internal sealed class ClientConnection
{
    private readonly ConnectionContext _transport;
    private readonly RequestDispatcher _dispatcher;
    private readonly long _connectedAt;
    private long _partialFrameSince;
    private long _partialFrameBytes;
    private long _lastFrameAt;

    public ClientConnection(ConnectionContext transport, RequestDispatcher dispatcher, ClientServices services)
    {
        _transport = transport;
        _dispatcher = dispatcher;
        Services = services;
        var limits = services.Options.Limits;
        Window = new RequestWindow(
            limits.RequestsInFlightPerConnectionMax,
            Math.Min(limits.ConnectionBytesInFlightMax, limits.ReplyBytesBufferedMax));
        Replies = new ReplyWriter(transport.Transport.Output, Window, services.Time);
        _connectedAt = services.Time.GetTimestamp();
        _lastFrameAt = _connectedAt;
    }

    public ClientServices Services { get; }

    public RequestWindow Window { get; }

    public ReplyWriter Replies { get; }

    /// <summary>Cancelled when the client is gone: nobody waits for an answer any more.</summary>
    public CancellationToken Closed => _transport.ConnectionClosed;

    public string Name => $"{_transport.ConnectionId} from {_transport.RemoteEndPoint}";

    /// <summary>True where the broker has as many connections as it may: the first request is told so.</summary>
    public bool IsOneTooMany { get; init; }

    /// <summary>True once the handshake has succeeded.</summary>
    public bool HasShakenHands { get; set; }

    /// <summary>Serves the client until it leaves or breaks a rule.</summary>
    public async Task RunAsync()
    {
        var writing = WriteAsync();
        try
        {
            await ProcessAsync();
        }
        catch (Exception exception) when (IsGone(exception))
        {
            // The client is gone; what it asked for goes on or is dropped by whoever does it.
            Services.Logger.ClientGone(Name, exception.Message);
        }
        finally
        {
            NotePartialFrame(0);
            Replies.Complete();
            await writing;
            await Window.WhenEmptyAsync();
        }
    }

    /// <summary>Closes the connection when the client has been silent, or has not taken its replies, for too long.</summary>
    public void CheckDeadlines(long now)
    {
        var limits = Services.Options.Limits;
        if (IsOver(now, Replies.FlushingSince, limits.WriteTimeout))
        {
            Abort("write_timeout", $"The client has not read its replies for {limits.WriteTimeout}.");
        }
        else if (!HasShakenHands && IsOver(now, _connectedAt, limits.HandshakeTimeout))
        {
            Abort("handshake_timeout", $"No handshake came within {limits.HandshakeTimeout}.");
        }
        else if (IsOver(now, Interlocked.Read(ref _partialFrameSince), limits.FrameTimeout))
        {
            Abort("frame_timeout", $"A frame was begun and not completed within {limits.FrameTimeout}.");
        }
        else if (Window.IsEmpty && IsOver(now, Interlocked.Read(ref _lastFrameAt), limits.IdleTimeout))
        {
            Abort("idle", $"No request came for {limits.IdleTimeout}.");
        }
    }

    public void Abort(string reason, string message)
    {
        Services.Logger.ClientClosed(Name, message);
        Services.Metrics.ConnectionClosedByBroker(reason);
        _transport.Abort(new ConnectionAbortedException(message));
    }

    private async Task ProcessAsync()
    {
        var input = _transport.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(Closed);
            var buffer = read.Buffer;
            while (true)
            {
                var frameBytesMax = HasShakenHands
                    ? Services.Options.Limits.FrameBytesMax
                    : Services.Options.Limits.HandshakeFrameBytesMax;
                var status = FrameReader.TryReadFrame(ref buffer, frameBytesMax, out var frame);
                if (status == FrameStatus.NeedMoreData)
                {
                    break;
                }

                if (status != FrameStatus.Complete)
                {
                    Refuse(status, frameBytesMax);
                    return;
                }

                Interlocked.Exchange(ref _partialFrameSince, 0);
                Interlocked.Exchange(ref _lastFrameAt, Services.Time.GetTimestamp());
                await Window.WaitForRoomAsync(Closed);
                if (!_dispatcher.Dispatch(this, frame))
                {
                    return;
                }
            }

            var partialBytes = buffer.Length;
            input.AdvanceTo(buffer.Start, buffer.End);
            if (!NotePartialFrame(partialBytes) || read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Counts what a frame that is not whole yet holds of the broker's memory. False, and the connection ends, where
    /// all connections together hold too much.
    /// </summary>
    private bool NotePartialFrame(long bytes)
    {
        Services.BytesBuffered.Give(_partialFrameBytes);
        _partialFrameBytes = 0;
        if (bytes == 0)
        {
            Interlocked.Exchange(ref _partialFrameSince, 0);
            return true;
        }

        Interlocked.CompareExchange(ref _partialFrameSince, Services.Time.GetTimestamp(), 0);
        if (!Services.BytesBuffered.TryTake(bytes))
        {
            Abort("buffers_full", $"Frames half received and replies not taken exceed {Services.Options.Limits.BytesBufferedMax} bytes.");
            return false;
        }

        _partialFrameBytes = bytes;
        return true;
    }

    /// <summary>What follows a frame that cannot be taken cannot be found: says why, and the connection ends.</summary>
    private void Refuse(FrameStatus status, int frameBytesMax)
    {
        var (code, message) = status == FrameStatus.TooLarge
            ? (ErrorCode.FrameTooLarge, $"A frame has at most {frameBytesMax} bytes{(HasShakenHands ? "" : " before the handshake")}; the one announced is longer.")
            : (ErrorCode.MalformedRequest, "A frame of 0 bytes was announced; every request has at least one.");
        Services.Metrics.ConnectionClosedByBroker(status == FrameStatus.TooLarge ? "frame_too_large" : "malformed");
        Window.Enter();
        new ClientRequest(this, default, Services.Time.GetTimestamp()).Fail(code, message);
    }

    private bool IsOver(long now, long since, TimeSpan limit) =>
        since != 0 && Services.Time.GetElapsedTime(since, now) > limit;

    private async Task WriteAsync()
    {
        try
        {
            await Replies.RunAsync();
        }
        catch (Exception exception) when (IsGone(exception) || exception is InvalidOperationException)
        {
            // Nobody is left to write to.
            Services.Logger.ClientGone(Name, exception.Message);
        }
        catch (Exception exception)
        {
            // A reply that cannot be encoded: the client must not wait for it, nor for those after it.
            Services.Logger.ReplyFaulted(Name, exception);
            Abort("fault", "A reply could not be written.");
        }
    }

    private static bool IsGone(Exception exception) =>
        exception is OperationCanceledException or IOException or SocketException;
}
