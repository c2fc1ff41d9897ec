using System.Buffers;
using ClusterLog.Client.Connections;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Producing;

/// <summary>One attempt to send a batch. Its outcome goes to the partition's sender, whose loop is woken.</summary>
internal sealed class ProduceExchange : PendingRequest
{
    private readonly PartitionSender _sender;
    private readonly ProduceRequest _request;

    public ProduceExchange(PartitionSender sender, ProducerBatch batch, ProduceRequest request)
    {
        _sender = sender;
        _request = request;
        Batch = batch;
    }

    public override ApiKey Api => ProduceRequest.Api;

    public override short Version => ProduceRequest.Version;

    /// <summary>What was sent.</summary>
    public ProducerBatch Batch { get; }

    /// <summary>Where the leader stored it.</summary>
    public long BaseOffset { get; private set; } = -1;

    /// <summary>Why it failed; null if it did not.</summary>
    public ClusterLogException? Error { get; private set; }

    public override void WriteTo(IBufferWriter<byte> output, FrameBuffer scratch, uint correlationId) =>
        RequestFrame.Write(output, scratch, correlationId, _request);

    public override bool Complete(ref MessagePackReader reader, in ResponseHeader header, BrokerAddress broker)
    {
        var isReadable = true;
        if (header.Error != ErrorCode.None)
        {
            Error = ToException(Api, ref reader, header, broker);
        }
        else if (ResponseFrame.TryReadBody<ProduceResponse>(ref reader, header, out var response))
        {
            BaseOffset = response.BaseOffset;
        }
        else
        {
            Error = Malformed(Api, reader.Error, broker);
            isReadable = false;
        }

        _sender.OnReturned(this);
        return isReadable;
    }

    public override void Fail(ClusterLogException error)
    {
        Error = error;
        _sender.OnReturned(this);
    }
}
