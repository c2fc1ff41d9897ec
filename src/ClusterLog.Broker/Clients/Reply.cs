using System.Buffers;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Clients;

/// <summary>An answer on its way out of a connection; encoded only when its turn to be written has come.</summary>
internal abstract class Reply(ClientRequest request)
{
    public ClientRequest Request { get; } = request;

    public abstract void Write(IBufferWriter<byte> output, FrameBuffer scratch);
}

/// <summary>The answer of a request that succeeded.</summary>
internal sealed class SuccessReply<TResponse>(ClientRequest request, TResponse response) : Reply(request)
    where TResponse : IWireFields<TResponse>
{
    public override void Write(IBufferWriter<byte> output, FrameBuffer scratch) =>
        ResponseFrame.Write(output, scratch, Request.CorrelationId, response);
}

/// <summary>The answer of a request that failed.</summary>
internal sealed class ErrorReply(
    ClientRequest request, ErrorCode code, string message, int retryAfterMs, LeaderHint? leader)
    : Reply(request)
{
    public override void Write(IBufferWriter<byte> output, FrameBuffer scratch) =>
        ResponseFrame.WriteError(output, scratch, Request.CorrelationId, code, new ErrorBody(message, retryAfterMs) { Leader = leader });
}
