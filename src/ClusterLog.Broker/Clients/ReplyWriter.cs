using System.IO.Pipelines;
using System.Threading.Channels;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Broker.Clients;

/// <summary>
/// Step 13, last part: writes the replies of one connection, as many as wait into one flush. Bounded by the
/// connection's <see cref="RequestWindow"/>: a reply keeps its request's place until it is written.
/// </summary>
internal sealed class ReplyWriter
{
    /// <summary>Bytes after which a flush is made even though more replies wait.</summary>
    private const int FlushBytes = 1 << 20;

    private readonly Channel<Reply> _replies = Channel.CreateUnbounded<Reply>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly PipeWriter _output;
    private readonly RequestWindow _window;
    private readonly TimeProvider _time;
    private readonly List<ClientRequest> _written = [];
    private long _flushingSince;

    public ReplyWriter(PipeWriter output, RequestWindow window, TimeProvider time)
    {
        _output = output;
        _window = window;
        _time = time;
    }

    /// <summary>The time stamp since which the client has not taken what was written to it; 0 when it has.</summary>
    public long FlushingSince => Interlocked.Read(ref _flushingSince);

    /// <summary>Queues a reply, from any thread. Once the connection is gone the reply is dropped and its place given back.</summary>
    public void Add(Reply reply)
    {
        if (!_replies.Writer.TryWrite(reply))
        {
            Leave(reply.Request);
        }
    }

    /// <summary>No more replies are taken; those that wait are still written.</summary>
    public void Complete() => _replies.Writer.TryComplete();

    public async Task RunAsync()
    {
        try
        {
            await ProcessAsync();
        }
        finally
        {
            Complete();
            LeaveWritten();
            while (_replies.Reader.TryRead(out var reply))
            {
                Leave(reply.Request);
            }
        }
    }

    private async Task ProcessAsync()
    {
        using var scratch = new FrameBuffer();
        while (await _replies.Reader.WaitToReadAsync())
        {
            while (_replies.Reader.TryRead(out var reply))
            {
                _written.Add(reply.Request);
                reply.Write(_output, scratch);
                reply.Request.ReleaseMemory();
                if (_output.UnflushedBytes >= FlushBytes && !await FlushAsync())
                {
                    return;
                }
            }

            if (!await FlushAsync())
            {
                return;
            }
        }
    }

    /// <summary>False when the client is gone.</summary>
    private async ValueTask<bool> FlushAsync()
    {
        Interlocked.Exchange(ref _flushingSince, _time.GetTimestamp());
        var flushed = await _output.FlushAsync();
        Interlocked.Exchange(ref _flushingSince, 0);
        LeaveWritten();
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    private void Leave(ClientRequest request)
    {
        request.Release();
        _window.Leave(request.WindowBytes);
    }

    private void LeaveWritten()
    {
        foreach (var request in _written)
        {
            Leave(request);
        }

        _written.Clear();
    }
}
