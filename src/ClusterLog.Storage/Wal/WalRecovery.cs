using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// Reads the WAL at start. The newest file with a good first block says which older files still count and where each
/// ends; those are replayed in order, over what segments hold. The end of the newest file is where its blocks stop: a
/// torn write if nothing later stands behind it, corruption if something does. docs/storage-format.md has the rules.
/// </summary>
internal sealed partial class WalRecovery
{
    private readonly IStorageDisk _disk;
    private readonly StorageOptions _options;
    private readonly ILogger _logger;
    private readonly Dictionary<GroupId, RecoveredGroup> _groups;
    private readonly IReadOnlyDictionary<GroupId, CorruptLogException> _damaged;
    private readonly HashSet<GroupId> _removed = [];
    private ListedFile[] _listed = [];

    /// <param name="segments">What each group's segments hold; an empty list where they are damaged.</param>
    /// <param name="damaged">Damaged segments: refused, unless the WAL says that the group was removed.</param>
    public WalRecovery(
        IStorageDisk disk,
        StorageOptions options,
        ILogger logger,
        IReadOnlyCollection<SegmentList> segments,
        IReadOnlyDictionary<GroupId, CorruptLogException> damaged)
    {
        (_disk, _options, _logger, _damaged) = (disk, options, logger, damaged);
        _groups = segments.ToDictionary(list => list.Group, list => new RecoveredGroup(list));
    }

    /// <exception cref="CorruptLogException">Something that was synced is missing or damaged.</exception>
    public WalRecoveryResult Run()
    {
        var spares = Spares();
        var epochs = Epochs();
        var files = new List<WalFile>();
        var newest = FindNewest(epochs, out var lastSequence);
        if (newest is { } epoch)
        {
            foreach (var listed in _listed)
            {
                files.Add(ReadListed(listed, epochs));
            }

            files.Add(Read(epoch, lastSequence));
            SyncNewest(epoch);
        }

        CheckUnused(epochs.Where(item => newest is null || item > newest), lastSequence);
        foreach (var id in _removed)
        {
            _groups.Remove(id);
        }

        foreach (var (id, group) in _groups)
        {
            if (_damaged.TryGetValue(id, out var error))
            {
                throw error;
            }

            group.Complete(id);
        }

        files.ForEach(file => file.LimitTo(_groups));

        // Nothing on disk has been changed so far: a refused directory stays as it was found.
        foreach (var unused in epochs.Except(files.Select(file => file.Epoch)))
        {
            spares.Add(TakeAsSpare(unused));
        }

        var usable = KeepUsable(spares, out var epochMax);
        epochMax = Math.Max(epochMax, epochs.Count > 0 ? epochs[^1] : 0);
        return new WalRecoveryResult(files, _groups, _removed, usable, epochMax + 1, lastSequence + 1);
    }

    // The newest file with a good first block, and its last sequence; also fills the list of older files.
    private ulong? FindNewest(List<ulong> epochs, out ulong lastSequence)
    {
        for (var i = epochs.Count - 1; i >= 0; i--)
        {
            using var file = OpenChecked(epochs[i]);
            var reader = new WalFileReader(file, epochs[i]);
            reader.ReadAll((in RecordHeader header, ReadOnlySpan<byte> payload) =>
            {
                if (header.Type == RecordType.FileList)
                {
                    _listed = FileListRecord.Read(payload);
                }
            });
            if (reader.Blocks == 0)
            {
                continue;
            }

            lastSequence = reader.LastSequence;
            RefuseLater(reader, epochs[i], lastSequence + 1);
            if (reader.IsTorn)
            {
                WalLog.TornTail(_logger, WalFile.PathOf(epochs[i]), reader.Position);
            }

            return epochs[i];
        }

        lastSequence = 0;
        return null;
    }

    // The last block may have been written and not synced when the process died: what is served from here on is durable.
    private void SyncNewest(ulong epoch)
    {
        using var file = _disk.Open(WalFile.PathOf(epoch), FileUse.Write);
        file.Sync();
    }

    // Files made ready and not used yet, or torn in their first block. A later block in them proves that one was synced.
    private void CheckUnused(IEnumerable<ulong> epochs, ulong lastSequence)
    {
        foreach (var epoch in epochs)
        {
            using var file = OpenChecked(epoch);
            RefuseLater(new WalFileReader(file, epoch), epoch, lastSequence + 1);
        }
    }

    private static void RefuseLater(WalFileReader reader, ulong epoch, ulong sequence)
    {
        if (reader.FindLater(sequence) is { } later)
        {
            throw new CorruptLogException(
                null,
                WalFile.PathOf(epoch),
                reader.Position,
                $"the block of commit sequence {sequence}",
                $"a damaged one, with the synced block of a later commit at byte {later}");
        }
    }

    private WalFile ReadListed(ListedFile listed, List<ulong> epochs)
    {
        if (!epochs.Contains(listed.Epoch))
        {
            throw new CorruptLogException(
                null, WalFile.PathOf(listed.Epoch), 0, "a WAL file that still counts", "no such file");
        }

        return Read(listed.Epoch, listed.LastSequence);
    }

    private WalFile Read(ulong epoch, ulong lastSequence)
    {
        using var file = OpenChecked(epoch);
        var result = new WalFile(epoch, file.Length, null);
        var reader = new WalFileReader(file, epoch);
        reader.ReadAll((in RecordHeader header, ReadOnlySpan<byte> payload) => Replay(result, header, payload), lastSequence);
        if (reader.LastSequence != lastSequence)
        {
            throw new CorruptLogException(
                null,
                result.Path,
                reader.Position,
                $"the block of commit sequence {reader.LastSequence + 1} of {lastSequence}",
                "a damaged one");
        }

        WalLog.FileRead(_logger, result.Path, reader.Blocks, lastSequence);
        (result.Position, result.LastSequence) = (reader.Position, lastSequence);
        return result;
    }

    private void Replay(WalFile file, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case RecordType.Entry:
                var group = GroupOf(header.Group);
                file.LiveThrough[header.Group] = header.Index;
                if (group.Wants(header.Index, header.Term))
                {
                    group.OnEntry(header.ToEntry(payload.ToArray()));
                }

                break;
            case RecordType.GroupState:
                var state = GroupStateRecord.Read(header, payload);
                GroupOf(header.Group).OnState(state.HardState, state.SegmentedThrough);
                break;
            case RecordType.GroupRemoved:
                _removed.Add(header.Group);
                break;
            default:
                break;
        }
    }

    private RecoveredGroup GroupOf(GroupId id)
    {
        if (!_groups.TryGetValue(id, out var group))
        {
            group = new RecoveredGroup(new SegmentList(id, []));
            _groups.Add(id, group);
        }

        return group;
    }
}
