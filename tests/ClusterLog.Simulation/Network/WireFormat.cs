using System.Buffers;
using ClusterLog.Broker.Peers;
using ClusterLog.Protocol.Frames;
using ClusterLog.Raft;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>Takes messages through the product's own encoding, so that what it does not carry is missed.</summary>
internal sealed class WireFormat
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message as it comes out at the other end.</summary>
    public RaftMessage Carry(GroupId group, RaftMessage message)
    {
        _bytes.ResetWrittenCount();
        using (var writer = new PeerFrameWriter())
        {
            writer.Write(_bytes, group, message);
        }

        // Payloads become slices of the frame: each has memory of its own.
        var frame = _bytes.WrittenSpan[FrameReader.PrefixBytes..].ToArray();
        var (from, to) = (new ReplicaId(message.From.Value), new ReplicaId(message.To.Value));
        var read = PeerFrameReader.Read(new ReadOnlySequence<byte>(frame), from, to, out var readGroup, out var error);
        return read is RaftMessage carried && readGroup == group
            ? carried
            : throw new ViolationException("wire-format", $"A {message.GetType().Name} cannot be carried: {error}");
    }
}
