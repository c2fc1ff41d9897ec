using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Traces;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Simulation.Network;

/// <summary>A message between replicas.</summary>
internal sealed class RaftFrame(World world, int from, int to, GroupId group, RaftMessage message)
    : Frame(world, from, to)
{
    protected override ulong Digest =>
        MessageDigest.Of(message) ^ (group.Value << 40);

    public override void Deliver(BrokerLife receiver) =>
        receiver.Post(group, new MessageWork(group, TakeIn(receiver.Payloads)));

    public override string ToString() =>
        $"group {group}: {message.From} to {message.To}, {MessageText.Of(message)}";

    /// <summary>Each time that it arrives, batches get memory of the receiver's, as a connection of the product gives it them.</summary>
    private RaftMessage TakeIn(PayloadMemory payloads) => message is AppendRequest { Entries.Count: > 0 } append
        ? append with { Entries = [.. append.Entries.Select(entry => TakeIn(payloads, entry))] }
        : message;

    private static LogEntry TakeIn(PayloadMemory payloads, LogEntry entry)
    {
        if (entry.Kind != EntryKind.Data)
        {
            return entry;
        }

        var copy = payloads.Rent(entry.Payload.Length);
        entry.Payload.CopyTo(copy);
        return entry with { Payload = copy };
    }
}
