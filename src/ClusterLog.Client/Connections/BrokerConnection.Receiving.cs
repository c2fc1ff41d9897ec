using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Client.Connections;

internal sealed partial class BrokerConnection
{
    private readonly Dictionary<uint, PendingRequest> _inFlight = [];

    private async Task ProcessReadsAsync(CancellationToken cancellationToken)
    {
        var receiver = new FrameReceiver(Address, _stream, _options.FrameBytesMax);
        while (await receiver.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            Dispatch(frame);
        }
    }

    private void Dispatch(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        if (!ResponseFrame.TryReadHeader(ref reader, out var header))
        {
            throw new ClusterLogException(
                ErrorCode.RequestTimedOut, $"Broker {Address} sent a frame that is no answer. {reader.Error}");
        }

        PendingRequest? request;
        bool wasFull;
        lock (_gate)
        {
            wasFull = _inFlight.Count >= _options.RequestsInFlightMax;
            _inFlight.Remove(header.CorrelationId, out request);
        }

        if (request is null)
        {
            throw new ClusterLogException(
                ErrorCode.RequestTimedOut,
                $"Broker {Address} answered request {header.CorrelationId}, and {_nextCorrelationId} were sent, "
                + $"none of this number without an answer. Error in it: {header.Error}.");
        }

        if (wasFull)
        {
            _canWrite.Set();
        }

        if (!request.Complete(ref reader, header, Address))
        {
            throw new ClusterLogException(
                ErrorCode.RequestTimedOut, $"Broker {Address} answered {request.Api} with bytes that cannot be read.");
        }
    }

    private void CheckDeadlines()
    {
        var now = _time.GetTimestamp();
        PendingRequest? late;
        lock (_gate)
        {
            late = _inFlight.Values.Concat(_waiting).FirstOrDefault(request => request.Deadline <= now);
        }

        if (late is not null)
        {
            Close(Lost($"{late.Api} had no answer within {late.Timeout}", null));
        }
    }

    /// <summary>Runs after both loops have ended, so nothing reads a request's bytes any more.</summary>
    private void FailAll()
    {
        PendingRequest[] requests;
        lock (_gate)
        {
            requests = [.. _inFlight.Values, .. _waiting];
            _inFlight.Clear();
            _waiting.Clear();
        }

        foreach (var request in requests)
        {
            request.Fail(_closeReason!);
        }
    }
}
