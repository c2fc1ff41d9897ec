using System.Buffers;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Tests.Frames;

public class FrameReaderTests
{
    private const int FrameBytesMax = 1000;

    [Fact]
    public void TryReadFrame_OfTwoFrames_TakesOneAfterTheOther()
    {
        var buffer = new ReadOnlySequence<byte>([1, 0, 0, 0, 0xAA, 2, 0, 0, 0, 0xBB, 0xCC, 9]);

        Assert.Equal(FrameStatus.Complete, FrameReader.TryReadFrame(ref buffer, FrameBytesMax, out var first));
        Assert.Equal([0xAA], first.ToArray());
        Assert.Equal(FrameStatus.Complete, FrameReader.TryReadFrame(ref buffer, FrameBytesMax, out var second));
        Assert.Equal([0xBB, 0xCC], second.ToArray());
        Assert.Equal(FrameStatus.NeedMoreData, FrameReader.TryReadFrame(ref buffer, FrameBytesMax, out var third));
        Assert.True(third.IsEmpty);
        Assert.Equal([9], buffer.ToArray());
    }

    [Fact]
    public void TryReadFrame_OfPieces_TakesTheSameFrames()
    {
        byte[] bytes = [3, 0, 0, 0, 1, 2, 3, 1, 0, 0, 0, 4];
        for (var pieceBytes = 1; pieceBytes <= bytes.Length; pieceBytes++)
        {
            var buffer = Sequences.Split(bytes, pieceBytes);
            Assert.Equal(FrameStatus.Complete, FrameReader.TryReadFrame(ref buffer, FrameBytesMax, out var first));
            Assert.Equal(FrameStatus.Complete, FrameReader.TryReadFrame(ref buffer, FrameBytesMax, out var second));
            Assert.Equal([1, 2, 3], first.ToArray());
            Assert.Equal([4], second.ToArray());
            Assert.True(buffer.IsEmpty);
        }
    }

    [Theory]
    [InlineData(1000, nameof(FrameStatus.NeedMoreData))]
    [InlineData(1001, nameof(FrameStatus.TooLarge))]
    [InlineData(int.MaxValue, nameof(FrameStatus.TooLarge))]
    [InlineData(uint.MaxValue, nameof(FrameStatus.TooLarge))]
    [InlineData(0, nameof(FrameStatus.Malformed))]
    public void TryReadFrame_OfALengthAlone_JudgesIt(uint length, string expected)
    {
        foreach (var pieceBytes in new[] { 1, 4 })
        {
            var buffer = Sequences.Split(BitConverter.GetBytes(length), pieceBytes);
            Assert.Equal(expected, FrameReader.TryReadFrame(ref buffer, FrameBytesMax, out var frame).ToString());
            Assert.True(frame.IsEmpty);
            Assert.Equal(4, buffer.Length);
        }
    }

    [Fact]
    public void TryReadFrame_OfText_IsTooLarge()
    {
        var buffer = new ReadOnlySequence<byte>("GET / HTTP/1.1\r\n"u8.ToArray());
        Assert.Equal(
            FrameStatus.TooLarge, FrameReader.TryReadFrame(ref buffer, ProtocolLimits.FrameBytesMax, out _));
    }
}
