using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>One response as it came.</summary>
internal sealed record RawReply(uint Id, ErrorCode Error, byte[] Payload)
{
    /// <summary>What a failure says.</summary>
    public ErrorBody Failure => Read<ErrorBody>();

    public static RawReply Parse(byte[] payload)
    {
        var reader = new MessagePackReader(new ReadOnlySequence<byte>(payload));
        Assert.True(ResponseFrame.TryReadHeader(ref reader, out var header), "A response's header cannot be read.");
        return new RawReply(header.CorrelationId, header.Error, payload);
    }

    /// <summary>The body of a response without an error.</summary>
    public T Body<T>()
        where T : IWireFields<T>
    {
        Assert.True(Error == ErrorCode.None, Error == ErrorCode.None ? "" : $"{Error}: {Failure.Message}");
        return Read<T>();
    }

    private T Read<T>()
        where T : IWireFields<T>
    {
        var reader = new MessagePackReader(new ReadOnlySequence<byte>(Payload));
        Assert.True(ResponseFrame.TryReadHeader(ref reader, out var header));
        Assert.True(ResponseFrame.TryReadBody<T>(ref reader, header, out var body), reader.Error);
        return body;
    }
}
