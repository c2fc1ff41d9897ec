using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>A client that sends whatever it is told to, over a real socket, and retries nothing.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient _socket = new() { NoDelay = true };
    private readonly CancellationToken _cancelled;
    private uint _lastId;

    private RawClient(CancellationToken cancelled)
    {
        _cancelled = cancelled;
    }

    /// <summary>A connection on which nothing has been said.</summary>
    public static async Task<RawClient> ConnectAsync(IPEndPoint broker, CancellationToken cancelled)
    {
        var client = new RawClient(cancelled);
        await client._socket.ConnectAsync(broker, cancelled);
        return client;
    }

    /// <summary>A connection that has shaken hands.</summary>
    public static async Task<RawClient> OpenAsync(IPEndPoint broker, CancellationToken cancelled)
    {
        var client = await ConnectAsync(broker, cancelled);
        await client.AskAsync<HandshakeRequest, HandshakeResponse>(RawFrames.Handshake);
        return client;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) =>
        await _socket.GetStream().WriteAsync(bytes, _cancelled);

    public Task SendAsync<TRequest>(uint id, TRequest body)
        where TRequest : IRequest<TRequest> => SendAsync(RawFrames.Of(id, body));

    /// <summary>The next response; null once the broker has closed the connection.</summary>
    public async Task<RawReply?> ReceiveAsync()
    {
        try
        {
            var prefix = new byte[FrameReader.PrefixBytes];
            if (await _socket.GetStream().ReadAtLeastAsync(prefix, prefix.Length, false, _cancelled) < prefix.Length)
            {
                return null;
            }

            var payload = new byte[BinaryPrimitives.ReadInt32LittleEndian(prefix)];
            await _socket.GetStream().ReadExactlyAsync(payload, _cancelled);
            return RawReply.Parse(payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Sends a request and gives the next response, of any kind.</summary>
    public async Task<RawReply> TryAskAsync<TRequest>(TRequest body)
        where TRequest : IRequest<TRequest>
    {
        var id = ++_lastId;
        await SendAsync(id, body);
        var reply = await ReceiveAsync();
        Assert.NotNull(reply);
        Assert.Equal(id, reply.Id);
        return reply;
    }

    public async Task<TResponse> AskAsync<TRequest, TResponse>(TRequest body)
        where TRequest : IRequest<TRequest>
        where TResponse : IWireFields<TResponse> => (await TryAskAsync(body)).Body<TResponse>();

    public Task<ProduceResponse> ProduceAsync(string topic, int partition, byte[] batch) =>
        AskAsync<ProduceRequest, ProduceResponse>(RawFrames.Produce(topic, partition, batch));

    /// <summary>All records of a partition, read from its first offset to its high watermark.</summary>
    public async Task<List<string>> ReadAllAsync(string topic, int partition)
    {
        var values = new List<string>();
        while (true)
        {
            var response = await AskAsync<FetchRequest, FetchResponse>(RawFrames.Fetch(topic, partition, values.Count));
            var fetched = Assert.Single(response.Partitions);
            Assert.Equal(Protocol.ErrorCode.None, fetched.Error);
            foreach (var (offset, value) in RawFrames.Records(fetched.Batches))
            {
                if (offset >= values.Count)
                {
                    Assert.Equal(values.Count, offset);
                    values.Add(value);
                }
            }

            if (values.Count == fetched.HighWatermark)
            {
                return values;
            }
        }
    }

    /// <summary>Reads on until the broker closes the connection, however much it still has to say.</summary>
    public async Task<List<RawReply>> ReceiveUntilClosedAsync()
    {
        var replies = new List<RawReply>();
        while (await ReceiveAsync() is { } reply)
        {
            replies.Add(reply);
        }

        return replies;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
