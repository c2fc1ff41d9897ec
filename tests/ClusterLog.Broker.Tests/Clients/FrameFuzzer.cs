using System.Buffers;
using ClusterLog.Broker.Clients;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>
/// Sends damaged frames to a broker, connection after connection, and checks each answer against what the bytes that
/// were sent call for: one answer for each frame, or one that says why the connection ends, or silence where a frame is
/// not yet whole.
/// </summary>
internal sealed class FrameFuzzer(ClientConnectionHandler broker, FrameMutator mutator, Random random)
{
    private const int FramesPerConnection = 64;
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(60);

    /// <summary>Frames that the broker has taken off their connections.</summary>
    public int Frames { get; private set; }

    public int Connections { get; private set; }

    /// <summary>Batches that the broker said it has stored.</summary>
    public int Stored { get; private set; }

    /// <summary>How often each outcome was met.</summary>
    public Dictionary<string, int> Outcomes { get; } = [];

    public async Task RunAsync(int frames)
    {
        while (Frames < frames)
        {
            await RunConnectionAsync();
        }
    }

    private async Task RunConnectionAsync()
    {
        Connections++;
        byte[] sent =
        [
            .. RawFrames.Of(0, RawFrames.Handshake),
            .. Enumerable.Range(0, FramesPerConnection).SelectMany(_ => mutator.Next()),
        ];
        var expected = Expect(sent);
        Frames += expected.Answered.Count;
        await using var connection = new PipeConnection($"fuzz-{Connections}", broker);
        var receiving = ReceiveAsync(connection, expected);
        var sending = SendAsync(connection, sent);
        await Task.WhenAll(receiving, sending).WaitAsync(HangsAfter, TimeProvider.System);
        if (expected.Closes)
        {
            await connection.Served.WaitAsync(HangsAfter, TimeProvider.System);
        }
        else
        {
            Assert.False(connection.Served.IsCompleted, "The broker closed a connection that broke no rule.");
        }
    }

    /// <summary>In two parts, so that frames arrive torn.</summary>
    private async Task SendAsync(PipeConnection connection, byte[] sent)
    {
        var half = random.Next(sent.Length);
        await connection.Output.WriteAsync(sent.AsMemory(0, half));
        await Task.Yield();
        await connection.Output.WriteAsync(sent.AsMemory(half));
    }

    private async Task ReceiveAsync(PipeConnection connection, Expectation expected)
    {
        var missing = expected.Answered.CountBy(id => id).ToDictionary();
        var (count, saysWhy) = (0, false);
        while (expected.Closes || count < expected.Answered.Count)
        {
            var read = await connection.Input.ReadAsync();
            var buffer = read.Buffer;
            while (FrameReader.TryReadFrame(ref buffer, int.MaxValue, out var frame) == FrameStatus.Complete)
            {
                count++;
                var reply = RawReply.Parse(frame.ToArray());
                var left = missing.GetValueOrDefault(reply.Id);
                Assert.True(left > 0, $"Request {reply.Id} was answered once too often, with {reply.Error}.");
                missing[reply.Id] = left - 1;
                saysWhy |= reply is { Id: 0, Error: ErrorCode.FrameTooLarge or ErrorCode.MalformedRequest };
                Count(reply, expected);
            }

            connection.Input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                Assert.True(expected.Closes, "The broker closed a connection that broke no rule.");
                Assert.True(saysWhy, "The broker closed a connection without a word.");
                return;
            }
        }
    }

    private void Count(RawReply reply, Expectation expected)
    {
        var outcome = reply.Error.ToString();
        Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;
        Assert.NotEqual(ErrorCode.Internal, reply.Error);
        if (reply.Error == ErrorCode.None && expected.Produces.Contains(reply.Id)
            && !expected.Others.Contains(reply.Id))
        {
            Stored++;
        }
    }

    /// <summary>Reads the bytes by the book.</summary>
    private static Expectation Expect(byte[] sent)
    {
        var rest = new ReadOnlySequence<byte>(sent);
        var expected = new Expectation([], [], []);
        while (true)
        {
            var status = FrameReader.TryReadFrame(ref rest, 8 << 20, out var frame);
            if (status == FrameStatus.NeedMoreData)
            {
                return expected;
            }

            var reader = new MessagePackReader(frame, Limits);
            if (status != FrameStatus.Complete || !RequestFrame.TryReadHeader(ref reader, out var header))
            {
                expected.Answered.Add(0);
                return expected with { Closes = true };
            }

            expected.Answered.Add(header.CorrelationId);
            var ids = header.Api == ApiKey.Produce ? expected.Produces : expected.Others;
            ids.Add(header.CorrelationId);
        }
    }

    private static readonly MessagePackLimits Limits = new()
    {
        StringBytesMax = 4096,
        BinaryBytesMax = 8 << 20,
        CollectionCountMax = 10_000,
    };

    /// <param name="Produces">The ids of produce requests.</param>
    /// <param name="Others">The ids of all others; damage may give both the same.</param>
    /// <param name="Answered">The ids of the answers, the last of them that of what ends the connection.</param>
    private sealed record Expectation(List<uint> Answered, HashSet<uint> Produces, HashSet<uint> Others)
    {
        public bool Closes { get; init; }
    }
}
