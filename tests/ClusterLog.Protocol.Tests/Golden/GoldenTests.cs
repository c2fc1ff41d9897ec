using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Tests.Golden;

public class GoldenTests
{
    [Theory]
    [MemberData(nameof(GoldenMessages.Names), MemberType = typeof(GoldenMessages))]
    public void Encode_OfEachMessage_IsGolden(string name)
    {
        var message = GoldenMessages.Find(name);
        Assert.Equal(Convert.ToHexString(message.Golden), Convert.ToHexString(message.Encode()));
    }

    [Theory]
    [MemberData(nameof(GoldenMessages.Names), MemberType = typeof(GoldenMessages))]
    public void Decode_OfGoldenBytes_GivesTheMessage(string name)
    {
        var message = GoldenMessages.Find(name);
        Assert.Equal(message.ToJson(), message.Decode(new(message.Payload), out var status));
        Assert.Equal(MessagePackStatus.Ok, status);
    }

    [Theory]
    [MemberData(nameof(GoldenMessages.Names), MemberType = typeof(GoldenMessages))]
    public void Decode_OfBytesInPieces_GivesTheMessage(string name)
    {
        var message = GoldenMessages.Find(name);
        foreach (var pieceBytes in new[] { 1, 2, 3, 7 })
        {
            Assert.Equal(message.ToJson(), message.Decode(Sequences.Split(message.Payload, pieceBytes), out _));
        }
    }

    [Theory]
    [MemberData(nameof(GoldenMessages.Names), MemberType = typeof(GoldenMessages))]
    public void Decode_OfEachTruncation_Fails(string name)
    {
        var message = GoldenMessages.Find(name);
        for (var length = 0; length < message.Payload.Length; length++)
        {
            Assert.Null(message.Decode(new(message.Payload.AsMemory(0, length)), out var status));
            Assert.NotEqual(MessagePackStatus.Ok, status);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenMessages.Names), MemberType = typeof(GoldenMessages))]
    public void TryReadFrame_OfEachTruncation_NeedsMoreData(string name)
    {
        var golden = GoldenMessages.Find(name).Golden;
        for (var length = 0; length < golden.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(golden, 0, length);
            Assert.Equal(FrameStatus.NeedMoreData, FrameReader.TryReadFrame(ref buffer, golden.Length, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenMessages.CompleteNames), MemberType = typeof(GoldenMessages))]
    public void Decode_WithFieldsOfALaterVersion_GivesTheMessage(string name)
    {
        var message = GoldenMessages.Find(name);
        var payload = message.Payload;

        // Every golden frame's array is short enough for the header of one byte, and for two more fields in it.
        Assert.InRange(payload[0], 0x90, 0x9D);
        payload[0] += 2;
        byte[] later = [.. payload, 0x93, 0x01, 0xA1, 0x61, 0xC0, 0xCB, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(message.ToJson(), message.Decode(new(later), out _));
    }

    [Theory]
    [MemberData(nameof(GoldenMessages.Names), MemberType = typeof(GoldenMessages))]
    public void Decode_WithOneFieldFewer_Fails(string name)
    {
        var message = GoldenMessages.Find(name);
        var payload = message.Payload;
        payload[0]--;
        Assert.Null(message.Decode(new(payload), out var status));
        Assert.Equal(MessagePackStatus.Malformed, status);
    }

    [Theory]
    [MemberData(nameof(GoldenMessages.Names), MemberType = typeof(GoldenMessages))]
    public void Decode_WithBytesAfterTheMessage_Fails(string name)
    {
        var message = GoldenMessages.Find(name);
        Assert.Null(message.Decode(new([.. message.Payload, 0xC0]), out var status));
        Assert.Equal(MessagePackStatus.Malformed, status);
    }

    [Fact]
    public void Names_OfBytesAndMessages_AreTheSame()
    {
        var batches = new[] { "Batch.One", "Batch.Two", "Batch.Compacted", "Batch.Dead" };
        Assert.Equal(GoldenBytes.Names, GoldenMessages.All.Select(message => message.Name).Concat(batches));
    }

    [Fact]
    public void Messages_CoverRequestAndResponse_OfEachApi()
    {
        foreach (var api in ApiRegistry.All)
        {
            Assert.Contains(GoldenMessages.All, message => message.Api == api.Key && message.IsRequest);
            Assert.Contains(GoldenMessages.All, message => message.Api == api.Key && !message.IsRequest);
        }
    }
}
