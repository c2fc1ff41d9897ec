using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Wal;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// What undamaged blocks of a damaged WAL still tell. Nothing is replayed from them, for nobody knows what is missing
/// in between; but a group that was removed stays removed, and an incarnation that was in use stays used.
/// </summary>
internal sealed class WalRemains
{
    private WalRemains()
    {
    }

    /// <summary>Every group that is named, with the highest incarnation that a state of it bears.</summary>
    public Dictionary<GroupId, uint> Incarnations { get; } = [];

    /// <summary>Groups that were removed, and have not come back; with the commit sequences of their removals.</summary>
    public Dictionary<GroupId, ulong> Removed { get; } = [];

    public ulong SequenceMax { get; private set; }

    public ulong EpochMax { get; private set; }

    public static WalRemains Read(IStorageDisk disk)
    {
        var remains = new WalRemains();
        foreach (var epoch in WalRecovery.Epochs(disk))
        {
            remains.EpochMax = Math.Max(remains.EpochMax, epoch);
            using var file = disk.Open(WalFile.PathOf(epoch), FileUse.Read);
            var reader = new WalFileReader(file, epoch);
            do
            {
                reader.ReadAll(remains.Note);
                remains.SequenceMax = Math.Max(remains.SequenceMax, reader.LastSequence);
            }
            while (reader.SkipToLater());
        }

        return remains;
    }

    private void Note(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case RecordType.GroupState:
                var incarnation = GroupStateRecord.Read(header, payload).HardState.Incarnation;
                Incarnations[header.Group] = Math.Max(Incarnations.GetValueOrDefault(header.Group), incarnation);
                break;
            case RecordType.GroupRemoved:
                Removed[header.Group] = header.Sequence;
                break;
            case RecordType.GroupStart:
                Incarnations.TryAdd(header.Group, 0);
                if (Removed.TryGetValue(header.Group, out var removed)
                    && GroupStartRecord.Read(header, payload).ResetSequence > removed)
                {
                    Removed.Remove(header.Group);
                }

                break;
            case RecordType.Entry:
                Incarnations.TryAdd(header.Group, 0);
                break;
            default:
                break;
        }
    }
}
