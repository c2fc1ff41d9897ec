using System.Buffers;
using System.IO.Pipelines;
using ClusterLog.Broker.Clients;
using ClusterLog.Broker.Hosting;
using ClusterLog.Protocol.Frames;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Clients;

public sealed class ReplyWriterTests
{
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: 10, resumeWriterThreshold: 5, useSynchronizationContext: false));

    private readonly RequestWindow _window = new(100, 1 << 20);
    private readonly ReplyWriter _writer;
    private readonly ClientConnection _connection;

    public ReplyWriterTests()
    {
        _writer = new ReplyWriter(_pipe.Writer, _window, TimeProvider.System);
        _connection = new ClientConnection(
            new DefaultConnectionContext("c", new Ends(_pipe), new Ends(_pipe)),
            null!,
            new ClientServices
            {
                Options = new BrokerOptions(),
                Time = TimeProvider.System,
                Logger = NullLogger.Instance,
                Shards = null!,
                Metadata = null!,
                MetadataService = null!,
                Leaders = null!,
                Peers = null!,
                Storage = null!,
                Payloads = null!,
                Metrics = null!,
                BytesWaiting = null!,
                BytesBuffered = new ByteBudget(1 << 20),
                ColdFetches = null!,
                Keys = null!,
                StartedAt = 0,
            });
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_WithASlowReader_HoldsThePlacesUntilItReads()
    {
        var running = _writer.RunAsync();
        Add(length: 100);
        var read = await _pipe.Reader.ReadAtLeastAsync(100, Cancelled);
        Assert.NotEqual(0, _writer.FlushingSince);
        Assert.False(_window.IsEmpty);
        _pipe.Reader.AdvanceTo(read.Buffer.End);
        await _window.WhenEmptyAsync();
        Assert.Equal(0, _writer.FlushingSince);
        _writer.Complete();
        await running;
    }

    [Fact]
    public async Task Run_WhenTheReaderHasGone_GivesAllPlacesBack()
    {
        var running = _writer.RunAsync();
        await _pipe.Reader.CompleteAsync();
        for (var i = 0; i < 10; i++)
        {
            Add(length: 100);
        }

        await running;
        await _window.WhenEmptyAsync();

        // What is answered after that has nowhere to go either.
        Add(length: 1);
        Assert.True(_window.IsEmpty);
    }

    [Fact]
    public async Task Complete_WithRepliesWaiting_StillWritesThem()
    {
        Add(length: 3);
        Add(length: 4);
        _writer.Complete();
        Add(length: 100);
        await _writer.RunAsync();
        Assert.True(_window.IsEmpty);
        await _pipe.Writer.CompleteAsync();
        var read = await _pipe.Reader.ReadAtLeastAsync(8, Cancelled);
        Assert.Equal(7, read.Buffer.Length);
    }

    [Fact]
    public async Task Run_OfAReplyThatCannotBeEncoded_ThrowsAndGivesAllPlacesBack()
    {
        Add(length: -1);
        Add(length: 1);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(_writer.RunAsync);
        Assert.True(_window.IsEmpty);
    }

    private void Add(int length)
    {
        _window.Enter();
        _writer.Add(new Zeros(new ClientRequest(_connection, default, 0), length));
    }

    private sealed class Zeros(ClientRequest request, int length) : Reply(request)
    {
        public override void Write(IBufferWriter<byte> output, FrameBuffer scratch)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            output.Write(new byte[length]);
        }
    }

    private sealed class Ends(Pipe pipe) : IDuplexPipe
    {
        public PipeReader Input => pipe.Reader;

        public PipeWriter Output => pipe.Writer;
    }
}
