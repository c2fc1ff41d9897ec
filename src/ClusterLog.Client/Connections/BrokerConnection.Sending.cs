using System.Buffers;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Connections;

internal sealed partial class BrokerConnection
{
    // Requests beyond those in flight wait in the queue; producers and consumers bound theirs far below this.
    private const int RequestsWaitingMax = 65_536;

    // One write to the socket takes about this much: enough that system calls do not count, and bounded memory.
    private const int WriteBytesMax = 1024 * 1024;

    // What a rare large write needed must not stay with the connection for ever.
    private const int RetainedBytesMax = 4 * 1024 * 1024;

    private readonly Queue<PendingRequest> _waiting = [];
    private readonly AsyncSignal _canWrite = new();
    private uint _nextCorrelationId;

    /// <summary>Sends a request and waits for the answer. Cancelling stops the waiting, not the request.</summary>
    public Task<TResponse> SendAsync<TRequest, TResponse>(
        TRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : IWireFields<TResponse>
    {
        var pending = new PendingRequest<TRequest, TResponse>(request) { Timeout = timeout };
        Send(pending);
        return pending.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Adds a request behind those that were added before. Never waits; a request that cannot be sent is failed before
    /// this returns.
    /// </summary>
    public void Send(PendingRequest request)
    {
        request.Deadline = _time.GetTimestamp() + (long)(request.Timeout.TotalSeconds * _time.TimestampFrequency);
        ClusterLogException? error;
        lock (_gate)
        {
            error = _closeReason ?? CheckSupported(request) ?? CheckRoom();
            if (error is null)
            {
                _waiting.Enqueue(request);
            }
        }

        if (error is null)
        {
            _canWrite.Set();
        }
        else
        {
            request.Fail(error);
        }
    }

    private ClusterLogException? CheckRoom() => _waiting.Count < RequestsWaitingMax
        ? null
        : new ClusterLogException(
            ErrorCode.TooManyRequests, $"{RequestsWaitingMax} requests wait for the connection to broker {Address}.");

    private ClusterLogException? CheckSupported(PendingRequest request)
    {
        if (_handshake is not { } handshake)
        {
            return null;
        }

        foreach (var range in handshake.Apis)
        {
            if (range.Api == request.Api)
            {
                return request.Version >= range.VersionMin && request.Version <= range.VersionMax
                    ? null
                    : new ClusterLogException(
                        ErrorCode.UnsupportedVersion,
                        $"Broker {Address} serves {request.Api} in versions {range.VersionMin} to {range.VersionMax}, "
                        + $"and this client speaks {request.Version}.");
            }
        }

        return new ClusterLogException(ErrorCode.UnknownApi, $"Broker {Address} does not serve {request.Api}.");
    }

    private async Task ProcessWritesAsync(CancellationToken cancellationToken)
    {
        using var scratch = new FrameBuffer();
        var output = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            while (TryTakeWaiting(out var request, out var correlationId))
            {
                request.WriteTo(output, scratch, correlationId);
                if (output.WrittenCount >= WriteBytesMax)
                {
                    break;
                }
            }

            if (output.WrittenCount == 0)
            {
                await _canWrite.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await _stream.WriteAsync(output.WrittenMemory, cancellationToken).ConfigureAwait(false);
            output.ResetWrittenCount();
            if (output.Capacity > RetainedBytesMax)
            {
                output = new ArrayBufferWriter<byte>(4096);
            }
        }
    }

    private bool TryTakeWaiting(out PendingRequest request, out uint correlationId)
    {
        lock (_gate)
        {
            // Without a handshake only the handshake itself is in the queue.
            if (_inFlight.Count >= _options.RequestsInFlightMax || !_waiting.TryDequeue(out request!))
            {
                (request, correlationId) = (null!, 0);
                return false;
            }

            correlationId = ++_nextCorrelationId;
            _inFlight.Add(correlationId, request);
            return true;
        }
    }
}
