using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Tests.Frames;

public class FrameBufferTests
{
    [Fact]
    public void Write_OfBatchesInPieces_GivesOneFrameInOrder()
    {
        var random = new Random(17);
        var batches = new[] { 0, 1, 300, 100_000 }.Select(length => Bytes(random, length)).ToArray();
        var response = new FetchResponse(
        [
            new("a", 0, ErrorCode.None, 9, 0, [.. batches.Select(batch => Sequences.Split(batch, 4096))]),
            new("b", 1, ErrorCode.None, 9, 0, [new(batches[2])]),
        ]);
        var output = new ArrayBufferWriter<byte>();
        using var scratch = new FrameBuffer();
        ResponseFrame.Write(output, scratch, 5, response);

        var buffer = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.Equal(FrameStatus.Complete, FrameReader.TryReadFrame(ref buffer, int.MaxValue, out var frame));
        Assert.True(buffer.IsEmpty);
        var reader = new MessagePackReader(frame);
        Assert.True(ResponseFrame.TryReadHeader(ref reader, out var header));
        Assert.True(ResponseFrame.TryReadBody<FetchResponse>(ref reader, header, out var read));
        Assert.Equal(batches, read.Partitions[0].Batches.Select(batch => batch.ToArray()));
        Assert.Equal(batches[2], read.Partitions[1].Batches[0].ToArray());
    }

    [Fact]
    public void Write_OfALargeBatch_DoesNotCopyItToTheBuffer()
    {
        // The output below is a fixed piece of memory: whatever is allocated is the frame buffer's doing.
        var batch = new ReadOnlySequence<byte>(new byte[4 * 1024 * 1024]);
        var output = new FixedWriter(new byte[(int)batch.Length + 1024]);
        using var scratch = new FrameBuffer();
        RequestFrame.Write(output, scratch, 1, new ProduceRequest("t", 0, Acks.All, 1000, batch));

        output.Reset();
        var before = GC.GetAllocatedBytesForCurrentThread();
        RequestFrame.Write(output, scratch, 1, new ProduceRequest("t", 0, Acks.All, 1000, batch));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
        Assert.True(output.Written > batch.Length);
    }

    [Fact]
    public void Length_OfFieldsAndBulks_CountsBoth()
    {
        using var frame = new FrameBuffer();
        frame.Write<byte>([1, 2, 3]);
        frame.AppendBulk(new ReadOnlySequence<byte>(new byte[10]));
        frame.AppendBulk(default);
        frame.Write<byte>([4]);
        Assert.Equal(14, frame.Length);

        frame.Reset();
        Assert.Equal(0, frame.Length);
    }

    [Fact]
    public void GetSpan_BeyondTheFirstRent_KeepsWhatWasWritten()
    {
        using var frame = new FrameBuffer();
        var expected = Bytes(new Random(3), 300_000);
        foreach (var chunk in expected.Chunk(1000))
        {
            frame.Write(chunk);
        }

        var output = new ArrayBufferWriter<byte>();
        frame.CopyTo(output);
        Assert.True(output.WrittenSpan.SequenceEqual(expected));

        frame.Reset();
        frame.Write<byte>([7]);
        var again = new ArrayBufferWriter<byte>();
        frame.CopyTo(again);
        Assert.Equal([7], again.WrittenSpan.ToArray());
    }

    [Fact]
    public void GetSpan_AfterDispose_Throws()
    {
        var frame = new FrameBuffer();
        frame.Dispose();
        Assert.Throws<ObjectDisposedException>(() => frame.GetMemory(1));
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private sealed class FixedWriter(byte[] bytes) : IBufferWriter<byte>
    {
        public int Written { get; private set; }

        public void Reset() => Written = 0;

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => bytes.AsMemory(Written);

        public Span<byte> GetSpan(int sizeHint = 0) => bytes.AsSpan(Written);
    }
}
