using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Clients;

/// <summary>
/// One request from its frame to its reply. Holds its place in the connection's window until the reply is written.
/// Answered exactly once, by any thread.
/// </summary>
internal sealed class ClientRequest
{
    private long _windowBytes;
    private long _heldBytes;
    private List<IDisposable>? _held;

    public ClientRequest(ClientConnection connection, in RequestHeader header, long startedAt)
    {
        Connection = connection;
        Header = header;
        StartedAt = startedAt;
    }

    public ClientConnection Connection { get; }

    public RequestHeader Header { get; }

    /// <summary>The time stamp at which its frame was complete.</summary>
    public long StartedAt { get; }

    public uint CorrelationId => Header.CorrelationId;

    public string ApiName => ApiRegistry.Find(Header.Api)?.Name ?? "unknown";

    /// <summary>What the request holds of its connection's window, in bytes.</summary>
    public long WindowBytes => _windowBytes;

    /// <summary>Makes the request weigh in its connection's window until its reply is written.</summary>
    public void Weigh(long bytes)
    {
        _windowBytes += bytes;
        Connection.Window.AddBytes(bytes);
    }

    /// <summary>Takes what a reply holds of the broker's memory until it is written; false where that is too much.</summary>
    public bool TryHold(long bytes)
    {
        if (!Connection.Services.BytesBuffered.TryTake(bytes))
        {
            return false;
        }

        _heldBytes += bytes;
        return true;
    }

    /// <summary>Keeps memory that the reply is made of until that is encoded.</summary>
    public void Hold(IDisposable memory) => (_held ??= []).Add(memory);

    /// <summary>
    /// The reply lies encoded in the connection's own memory, however long the client takes: what it was made of is not
    /// needed any more.
    /// </summary>
    public void ReleaseMemory()
    {
        _held?.ForEach(static memory => memory.Dispose());
        _held = null;
    }

    /// <summary>The reply is written, or never will be: gives back what it held. Once.</summary>
    public void Release()
    {
        Connection.Services.BytesBuffered.Give(_heldBytes);
        ReleaseMemory();
    }

    public void Succeed<TResponse>(TResponse response)
        where TResponse : IWireFields<TResponse> =>
        Connection.Replies.Add(new SuccessReply<TResponse>(this, response));

    /// <param name="leader">Who takes such requests, where another broker does and it is known.</param>
    public void Fail(ErrorCode code, string message, int retryAfterMs = 0, LeaderHint? leader = null)
    {
        Connection.Services.Metrics.RequestFailed(ApiName, code.ToString());
        Connection.Replies.Add(new ErrorReply(this, code, message, retryAfterMs, leader));
    }
}
