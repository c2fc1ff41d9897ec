using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Channels;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Tests.Support;

/// <summary>A client's connection to a fake broker, read and answered with the real codecs.</summary>
internal sealed partial class FakeConnection : IAsyncDisposable
{
    private readonly Channel<(uint Id, ProduceRequest Request)> _produces =
        Channel.CreateUnbounded<(uint Id, ProduceRequest Request)>();

    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Task> _fetches = [];
    private readonly FakeCluster _cluster;
    private readonly FakeBroker _broker;
    private readonly NetworkStream _stream;
    private readonly Task _run;

    public FakeConnection(FakeCluster cluster, FakeBroker broker, Socket socket)
    {
        _cluster = cluster;
        _broker = broker;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _run = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _run;
    }

    private async Task RunAsync()
    {
        await Task.WhenAll(GuardAsync(ReadAsync()), GuardAsync(AnswerProducesAsync()));
        await Task.WhenAll(_fetches);
    }

    private async Task GuardAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection has ended, by one side or the other.
        }

        await _closing.CancelAsync();
        await _stream.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(_stream);
        while (true)
        {
            var result = await reader.ReadAsync(_closing.Token);
            var buffer = result.Buffer;
            while (FrameReader.TryReadFrame(ref buffer, ProtocolLimits.FrameBytesMax, out var frame) == FrameStatus.Complete)
            {
                await DispatchAsync(frame.ToArray());
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private Task DispatchAsync(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        Assert.True(RequestFrame.TryReadHeader(ref reader, out var header));
        switch (header.Api)
        {
            case ApiKey.Produce:
                var produce = Body<ProduceRequest>(ref reader, header);
                _cluster.ProducedBatches.Enqueue(produce.Batch.ToArray());
                _produces.Writer.TryWrite((header.CorrelationId, produce));
                _cluster.SignalChange();
                return Task.CompletedTask;
            case ApiKey.Fetch:
                _fetches.Add(GuardFetchAsync(header.CorrelationId, Body<FetchRequest>(ref reader, header)));
                return Task.CompletedTask;
            case ApiKey.Handshake:
                return AnswerAsync(header.CorrelationId, new HandshakeResponse(
                    _broker.Id, "fake", "1.0", ProtocolLimits.FrameBytesMax, ProtocolLimits.RecordBytesMax, ApiRegistry.Ranges));
            case ApiKey.InitProducer:
                return AnswerAsync(header.CorrelationId, new InitProducerResponse(_cluster.TakeProducerId(), 0));
            case ApiKey.Metadata:
                return AnswerAsync(header.CorrelationId, Metadata(Body<MetadataRequest>(ref reader, header)));
            case ApiKey.ListOffsets:
                return AnswerAsync(header.CorrelationId, ListOffsets(Body<ListOffsetsRequest>(ref reader, header)));
            default:
                return DispatchAdminAsync(ref reader, header);
        }
    }

    private static T Body<T>(ref MessagePackReader reader, in RequestHeader header)
        where T : IRequest<T>
    {
        Assert.True(RequestFrame.TryReadBody<T>(ref reader, header, out var body), reader.Error);
        return body;
    }

    private Task AnswerAsync<T>(uint id, T response)
        where T : IWireFields<T>
    {
        var output = new ArrayBufferWriter<byte>();
        using var scratch = new FrameBuffer();
        ResponseFrame.Write(output, scratch, id, response);
        return WriteAsync(output.WrittenMemory);
    }

    private Task RefuseAsync(uint id, ErrorCode error, LeaderHint? leader = null)
    {
        var output = new ArrayBufferWriter<byte>();
        using var scratch = new FrameBuffer();
        var body = new ErrorBody($"{error}, as the fake broker was told or found", 0) { Leader = leader };
        ResponseFrame.WriteError(output, scratch, id, error, body);
        return WriteAsync(output.WrittenMemory);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync(_closing.Token);
        try
        {
            await _stream.WriteAsync(bytes, _closing.Token);
        }
        finally
        {
            _writing.Release();
        }
    }
}
