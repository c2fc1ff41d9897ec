using ClusterLog.Disks;
using ClusterLog.Raft;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;
using ClusterLog.Storage.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Simulation.Tests.CrashPoints;

/// <summary>What one broker finds on its disk after a crash.</summary>
internal sealed class BrokerFind
{
    public const string BootId = "after the loss of power";

    public Dictionary<GroupId, GroupFind> Groups { get; } = [];

    /// <summary>Recovers an image, and checks that it holds nothing that was never written.</summary>
    public static BrokerFind Of(DiskImage image, int broker, World world, ClusterJournal journal)
    {
        var engine = StorageEngine.OpenByHand(
            world.Settings.ToStorageOptions(),
            new DirectoryIdentity(
                "simulation", $"{world.Settings.Brokers} brokers", broker, world.Broker(broker).NewDirectoryId),
            new MemoryDisk(image, BootId),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var find = new BrokerFind();
        foreach (var group in engine.RecoveredGroups)
        {
            Assert.True(engine.DamageOf(group) is null, $"broker {broker}: group {group} is called damaged");
            Assert.False(engine.HasLostIdentity(group), $"broker {broker}: group {group} has lost its identity");
            var log = engine.OpenLog(group);
            find.Groups.Add(group, new GroupFind(log.FirstIndex.Previous, log.LastIndex, log.LastTerm, log.HardState, log.TermAt));
            CheckWritten(log, journal);
        }

        Assert.Equal(world.Broker(broker).NewDirectoryId, engine.DirectoryId);
        engine.Lane.Dispose();
        return find;
    }

    private static void CheckWritten(PartitionLog log, ClusterJournal journal)
    {
        var view = log.ColdView();
        var entries = view.ReadFromIndex(log.FirstIndex, log.LastIndex, int.MaxValue).ToList();
        if (log.LastIndex > view.LastIndex)
        {
            Assert.True(log.TryRead(view.LastIndex.Next, log.LastIndex, int.MaxValue, entries));
        }

        Assert.Equal(log.LastIndex.Value - log.FirstIndex.Previous.Value, (ulong)entries.Count);
        foreach (var entry in entries)
        {
            var isWritten = journal.Written.TryGetValue((log.Group, entry.Index.Value, entry.Term.Value), out var checksum);
            Assert.True(
                isWritten && checksum == Crc32C.Compute(entry.Payload.Span),
                $"group {log.Group}: found {entry}, which nobody wrote");
        }
    }
}
