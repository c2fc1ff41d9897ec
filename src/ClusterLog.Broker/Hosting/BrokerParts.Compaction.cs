using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Compaction.Horizons;
using ClusterLog.Broker.Compaction.Keys;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Hosting;

/// <content>What compacted topics need.</content>
internal sealed partial class BrokerParts
{
    public Compactor Compactor { get; private set; } = null!;

    public KeyIndex Keys { get; private set; } = null!;

    public HorizonKeeper Horizons { get; private set; } = null!;

    private CleanTable Clean { get; } = new();

    private HorizonTable HorizonTable { get; } = new();

    private HorizonKeeper NewHorizonKeeper(ILoggerFactory loggers) => new(
        Options.Compaction.Interval,
        Options.BrokerId,
        () => Metadata.Snapshot,
        Shards,
        Mesh,
        Clean,
        Time,
        loggers.CreateLogger<HorizonKeeper>());

    private Compactor NewCompactor(ILoggerFactory loggers) => new(
        Options.Compaction,
        Options.BrokerId,
        () => Metadata.Snapshot,
        Storage,
        Shards,
        Clean,
        HorizonTable,
        Time,
        loggers.CreateLogger<Compactor>());

    private KeyIndex NewKeyIndex(ILoggerFactory loggers) => new(
        Options.ToKeyIndexOptions(Storage.Engines[0].Directory),
        Options.BrokerId,
        () => Metadata.Snapshot,
        () => Shards,
        Time,
        loggers.CreateLogger<KeyIndex>());
}
