using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Connections;

/// <summary>
/// A request on its way and the place where its answer goes. Exactly one of <see cref="Complete"/> and
/// <see cref="Fail"/> is called, once, on a thread of the connection that must not be blocked.
/// </summary>
internal abstract class PendingRequest
{
    /// <summary>The API, for messages.</summary>
    public abstract ApiKey Api { get; }

    /// <summary>The version of the API that is written.</summary>
    public abstract short Version { get; }

    /// <summary>When the answer is late, as a timestamp of the clock; set by the connection.</summary>
    public long Deadline { get; set; }

    /// <summary>How long the answer may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Writes the frame.</summary>
    public abstract void WriteTo(IBufferWriter<byte> output, FrameBuffer scratch, uint correlationId);

    /// <summary>
    /// Takes the answer, whose body follows in the reader. False if the body is malformed: the request has failed
    /// then, and the connection is of no more use.
    /// </summary>
    public abstract bool Complete(ref MessagePackReader reader, in ResponseHeader header, BrokerAddress broker);

    /// <summary>There will be no answer.</summary>
    public abstract void Fail(ClusterLogException error);

    /// <summary>Puts a broker's error answer in words.</summary>
    protected static ClusterLogException ToException(
        ApiKey api, ref MessagePackReader reader, in ResponseHeader header, BrokerAddress broker)
    {
        // The broker's own words name what it is about; those of the code only stand in for them.
        var detail = ResponseFrame.TryReadBody<ErrorBody>(ref reader, header, out var body) && body.Message.Length > 0
            ? body.Message.TrimEnd('.')
            : $"The request was refused: {ErrorCodes.Describe(header.Error)}";
        return new ClusterLogException(header.Error, $"{detail} ({api}, broker {broker}).")
        {
            RetryAfter = TimeSpan.FromMilliseconds(body?.RetryAfterMs ?? 0),
            Leader = body?.Leader,
        };
    }

    /// <summary>Puts an answer that cannot be read in words.</summary>
    protected static ClusterLogException Malformed(ApiKey api, string? error, BrokerAddress broker) => new(
        ErrorCode.MalformedRequest, $"Broker {broker} answered {api} with a body that cannot be read. {error}")
    {
        // The connection is closed and the request may be sent on another, where the answer may be whole.
        IsTransient = true,
        IsOutcomeUnknown = true,
    };
}

/// <summary>A request whose caller awaits the answer as a task.</summary>
internal sealed class PendingRequest<TRequest, TResponse> : PendingRequest
    where TRequest : IRequest<TRequest, TResponse>
    where TResponse : IWireFields<TResponse>
{
    private readonly TaskCompletionSource<TResponse> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TRequest _request;

    public PendingRequest(TRequest request)
    {
        _request = request;
    }

    public override ApiKey Api => TRequest.Api;

    public override short Version => TRequest.Version;

    public Task<TResponse> Task => _completion.Task;

    public override void WriteTo(IBufferWriter<byte> output, FrameBuffer scratch, uint correlationId) =>
        RequestFrame.Write(output, scratch, correlationId, _request);

    public override bool Complete(ref MessagePackReader reader, in ResponseHeader header, BrokerAddress broker)
    {
        if (header.Error != ErrorCode.None)
        {
            _completion.TrySetException(ToException(Api, ref reader, header, broker));
            return true;
        }

        if (ResponseFrame.TryReadBody<TResponse>(ref reader, header, out var response))
        {
            _completion.TrySetResult(response);
            return true;
        }

        _completion.TrySetException(Malformed(Api, reader.Error, broker));
        return false;
    }

    public override void Fail(ClusterLogException error) => _completion.TrySetException(error);
}
