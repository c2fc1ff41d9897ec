using ClusterLog.Broker.Compaction.Keys;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Broker.Telemetry;
using ClusterLog.Protocol.Frames;
using ClusterLog.Raft;
using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Clients;

/// <summary>What the handlers of client requests share. Everything in it is safe to use from any thread.</summary>
internal sealed class ClientServices
{
    public required BrokerOptions Options { get; init; }

    public required ShardSet Shards { get; init; }

    public required IMetadataGroup Metadata { get; init; }

    public required MetadataService MetadataService { get; init; }

    public required LeaderTable Leaders { get; init; }

    public required PeerMesh Peers { get; init; }

    public required StorageSet Storage { get; init; }

    /// <summary>Where batches come in.</summary>
    public required PayloadMemory Payloads { get; init; }

    public required BrokerMetrics Metrics { get; init; }

    /// <summary>Bytes of produce requests accepted and not answered.</summary>
    public required ByteBudget BytesWaiting { get; init; }

    /// <summary>Bytes of frames half received and of fetched records not taken, of all connections.</summary>
    public required ByteBudget BytesBuffered { get; init; }

    public required ColdFetches ColdFetches { get; init; }

    public required KeyIndex Keys { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>When the broker started, as a time stamp.</summary>
    public required long StartedAt { get; init; }

    /// <summary>True once the broker has begun to stop: new work is refused with ShuttingDown.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Where clients reach the leader of a group, where that is another broker and known.</summary>
    public LeaderHint? HintOf(GroupId group)
    {
        var (leader, term) = Leaders.LeaderOf(group);
        return HintOf(leader, term);
    }

    /// <summary>Where clients reach a leader, where that is another broker and known.</summary>
    public LeaderHint? HintOf(ReplicaId leader, Term term) =>
        leader.Value != Options.BrokerId && Metadata.Snapshot.Brokers.TryGetValue(leader.Value, out var broker)
            ? new LeaderHint(broker.BrokerId, term.Value, broker.ClientHost, broker.ClientPort)
            : null;
}
