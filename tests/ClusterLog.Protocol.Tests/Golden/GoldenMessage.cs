using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Tests.Golden;

/// <summary>A message whose bytes are known, without its type, so that tests can go through all of them.</summary>
internal abstract class GoldenMessage(string name)
{
    public string Name { get; } = name;

    /// <summary>The golden frame with its prefix.</summary>
    public byte[] Golden => GoldenBytes.Of(Name);

    /// <summary>The golden frame without its prefix.</summary>
    public byte[] Payload => Golden[FrameReader.PrefixBytes..];

    public ApiKey? Api { get; protected init; }

    public bool IsRequest { get; protected init; }

    /// <summary>The frame that our codec writes for the message.</summary>
    public abstract byte[] Encode();

    /// <summary>Reads a frame without prefix as a receiver that expects this message would.</summary>
    /// <returns>The message as JSON, or null if the frame is malformed.</returns>
    public abstract string? Decode(ReadOnlySequence<byte> payload, out MessagePackStatus status);

    /// <summary>Reads a frame as <see cref="Decode"/> does, and no more: what a fuzz test measures.</summary>
    public abstract bool TryDecode(ReadOnlySequence<byte> payload);

    /// <summary>The message as JSON.</summary>
    public abstract string ToJson();

    public override string ToString() => Name;
}

/// <summary>What requests and responses have in common: a body, read after a header of their own.</summary>
internal abstract class GoldenBody<T>(string name, T body) : GoldenMessage(name)
{
    protected T Body { get; } = body;

    public override string? Decode(ReadOnlySequence<byte> payload, out MessagePackStatus status)
    {
        var reader = new MessagePackReader(payload);
        var isRead = TryRead(ref reader, out var body);
        status = reader.Status;
        return isRead ? MessageJson.Of(body) : null;
    }

    public override bool TryDecode(ReadOnlySequence<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        return TryRead(ref reader, out _);
    }

    public override string ToJson() => MessageJson.Of(Body);

    /// <summary>Reads header and body as a receiver that expects this message would.</summary>
    protected abstract bool TryRead(ref MessagePackReader reader, out T body);
}

internal sealed class GoldenRequest<T> : GoldenBody<T>
    where T : IRequest<T>
{
    private readonly uint _correlationId;

    public GoldenRequest(string name, uint correlationId, T body)
        : base(name, body)
    {
        _correlationId = correlationId;
        Api = T.Api;
        IsRequest = true;
    }

    public override byte[] Encode()
    {
        using var scratch = new FrameBuffer();
        var output = new ArrayBufferWriter<byte>();
        RequestFrame.Write(output, scratch, _correlationId, Body);
        return output.WrittenSpan.ToArray();
    }

    protected override bool TryRead(ref MessagePackReader reader, out T body)
    {
        body = default!;
        return RequestFrame.TryReadHeader(ref reader, out var header)
            && header.Api == T.Api
            && ApiRegistry.Check(header.Api, header.Version) == ErrorCode.None
            && RequestFrame.TryReadBody(ref reader, header, out body);
    }
}

internal sealed class GoldenResponse<T> : GoldenBody<T>
    where T : IWireFields<T>
{
    private readonly uint _correlationId;
    private readonly ErrorCode _error;

    public GoldenResponse(string name, ApiKey? api, uint correlationId, T body, ErrorCode error = ErrorCode.None)
        : base(name, body)
    {
        _correlationId = correlationId;
        _error = error;
        Api = api;
    }

    public override byte[] Encode()
    {
        using var scratch = new FrameBuffer();
        var output = new ArrayBufferWriter<byte>();
        if (Body is ErrorBody error)
        {
            ResponseFrame.WriteError(output, scratch, _correlationId, _error, error);
        }
        else
        {
            ResponseFrame.Write(output, scratch, _correlationId, Body);
        }

        return output.WrittenSpan.ToArray();
    }

    protected override bool TryRead(ref MessagePackReader reader, out T body)
    {
        body = default!;
        return ResponseFrame.TryReadHeader(ref reader, out var header)
            && (header.Error == ErrorCode.None) == (_error == ErrorCode.None)
            && ResponseFrame.TryReadBody(ref reader, header, out body);
    }
}
