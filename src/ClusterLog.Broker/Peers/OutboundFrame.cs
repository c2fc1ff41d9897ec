using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Peers;

/// <summary>A frame that waits to be encoded.</summary>
/// <param name="Group">The group of a Raft message.</param>
/// <param name="Content">A <see cref="RaftMessage"/> or one of the other contents; immutable.</param>
/// <param name="SizeBytes">What it weighs against the bound: at least what it takes on the wire.</param>
/// <param name="Held">Keeps the payloads of its entries until it is encoded; null where it has none.</param>
internal readonly record struct OutboundFrame(GroupId Group, object Content, long SizeBytes, PayloadHold? Held = null)
{
    /// <summary>The frame of a message, on the thread of the shard that sends it.</summary>
    public static OutboundFrame Of(GroupId group, RaftMessage message, long sizeBytes)
    {
        if (message is not AppendRequest { Entries.Count: > 0 } append)
        {
            return new OutboundFrame(group, message, sizeBytes);
        }

        var held = new PayloadHold();
        var entries = held.AddForLong(append.Entries);
        var content = ReferenceEquals(entries, append.Entries) ? append : append with { Entries = entries };
        return new OutboundFrame(group, content, sizeBytes, held);
    }
}
