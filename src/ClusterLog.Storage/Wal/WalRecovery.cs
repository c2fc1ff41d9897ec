using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// Reads the WAL at start. The newest file with a good first block says which older files still count and where each
/// ends; those are replayed in order, over what segments hold. The end of the newest file is where its blocks stop:
/// corruption if a later one says that more was synced before it, else writes that no sync had confirmed.
/// docs/storage-format.md has the rules.
/// </summary>
internal sealed partial class WalRecovery
{
    private readonly IStorageDisk _disk;
    private readonly StorageOptions _options;
    private readonly ILogger _logger;
    private readonly Dictionary<GroupId, RecoveredGroup> _groups = [];
    private readonly Dictionary<GroupId, LogStart> _starts = [];
    // With the commit sequence of each removal.
    private readonly Dictionary<GroupId, ulong> _removed = [];
    private readonly Dictionary<GroupId, uint> _incarnations = [];
    private readonly List<WalFile> _files = [];
    private readonly List<string> _spares;
    private readonly List<ulong> _epochs;
    private readonly ulong? _newest;
    private readonly ulong _lastSequence;
    private readonly bool _mayHaveLost;
    private ListedFile[] _listed = [];

    /// <summary>Finds the newest file, and in it which files count and where each group's log begins.</summary>
    /// <exception cref="CorruptLogException">Something that was synced is damaged.</exception>
    /// <exception cref="DataDirectoryException">A file is of another version of the format.</exception>
    public WalRecovery(IStorageDisk disk, StorageOptions options, ILogger logger)
    {
        (_disk, _options, _logger) = (disk, options, logger);
        _mayHaveLost = BootFile.MayHaveLost(disk);
        _spares = Spares();
        _epochs = Epochs(disk);
        _newest = FindNewest(_epochs, out _lastSequence);
    }

    /// <summary>Where logs begin, but for those that begin with their first entry. Each file's head repeats all of them.</summary>
    public IReadOnlyDictionary<GroupId, LogStart> Starts => _starts;

    /// <summary>The incarnation of each group's replica. Each file's head repeats all of them too.</summary>
    public IReadOnlyDictionary<GroupId, uint> Incarnations => _incarnations;

    /// <summary>There is a file with a good head: all that was ever durable, and still counts, is in what it lists.</summary>
    public bool HasHead => _newest is not null;

    /// <summary>The commit sequence that comes next.</summary>
    public ulong NextSequence => _lastSequence + 1;

    /// <summary>Replays the WAL over what segments hold. Changes nothing on disk.</summary>
    /// <param name="groups">Every group that has a folder or a start; with empty segments where they are damaged.</param>
    /// <exception cref="CorruptLogException">The WAL itself is damaged: something that was synced is missing in it.</exception>
    public void Replay(IEnumerable<RecoveredGroup> groups)
    {
        foreach (var group in groups)
        {
            _groups.Add(group.Segments.Group, group);
        }

        ReadAll();
        CheckUnused(_epochs.Where(item => _newest is null || item > _newest), _lastSequence);
    }

    /// <summary>Ends the replay of each group that was not removed.</summary>
    /// <param name="damaged">Damaged groups; gets those, too, of which something is missing; loses those that were removed.</param>
    public void CompleteGroups(IDictionary<GroupId, CorruptLogException> damaged)
    {
        foreach (var id in _removed.Keys)
        {
            _groups.Remove(id);
            damaged.Remove(id);
        }

        foreach (var (id, group) in _groups.Where(item => !damaged.ContainsKey(item.Key)))
        {
            try
            {
                group.Complete(id);
                if (_mayHaveLost && group.SyncsLater)
                {
                    group.SuspectLoss();
                    WalLog.MayHaveLost(_logger, id, group.HardState.Term);
                }
            }
            catch (CorruptLogException error)
            {
                damaged.Add(id, error);
            }
        }
    }

    /// <summary>The groups that it knows of, after the replay.</summary>
    public IReadOnlyCollection<GroupId> Groups => _groups.Keys;

    /// <summary>The group as the replay has left it; null when the WAL knows nothing of it, or that it was removed.</summary>
    public RecoveredGroup? Find(GroupId group) => _groups.GetValueOrDefault(group);

    /// <summary>Takes what was made of a damaged group's files in place of what the WAL says.</summary>
    public void Replace(RecoveredGroup salvaged) => _groups[salvaged.Segments.Group] = salvaged;

    /// <summary>Tidies up, now that it is known what counts, and hands everything over.</summary>
    /// <param name="leftOver">Files that mean nothing: deleted.</param>
    public WalRecoveryResult Finish(IReadOnlyCollection<string> leftOver)
    {
        _files.ForEach(file => file.LimitTo(_groups));
        DeleteLeftOver(leftOver);
        foreach (var unused in _epochs.Except(_files.Select(file => file.Epoch)))
        {
            _spares.Add(TakeAsSpare(unused));
        }

        var usable = KeepUsable(_spares, out var epochMax);
        epochMax = Math.Max(epochMax, _epochs.Count > 0 ? _epochs[^1] : 0);
        return new WalRecoveryResult(_files, _groups, _removed.Keys, usable, epochMax + 1, NextSequence);
    }

    // Synced: a checkpoint that was never the log's must not come back once the log has grown past its index.
    private void DeleteLeftOver(IReadOnlyCollection<string> paths)
    {
        foreach (var path in paths)
        {
            _disk.Delete(path);
        }

        foreach (var folder in paths.Select(path => path[..path.LastIndexOf('/')]).Distinct())
        {
            _disk.SyncDirectory(folder);
        }
    }

    private void ReadAll()
    {
        if (_newest is { } epoch)
        {
            foreach (var listed in _listed)
            {
                _files.Add(ReadListed(listed, _epochs));
            }

            _files.Add(Read(epoch, _lastSequence));

            // The last block may have been written and not synced when the process died: what is served from here on is
            // durable.
            UncertainTail.MakeDurable(_disk, _files[^1].Path, _files[^1].Position);
        }
    }

    // The newest file with a good first block, and its last sequence; also fills the list of older files and the starts.
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
                else if (header.Type == RecordType.GroupStart)
                {
                    _starts[header.Group] = GroupStartRecord.Read(header, payload);
                }
                else if (header.Type == RecordType.GroupState)
                {
                    _incarnations[header.Group] = GroupStateRecord.Read(header, payload).HardState.Incarnation;
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
                $"a damaged one, though the block at byte {later} was written once it was synced");
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
                if (group.Wants(header.Index, header.Term, header.Sequence))
                {
                    group.OnEntry(header.ToEntry(payload.ToArray()));
                }

                break;
            case RecordType.GroupState:
                var state = GroupStateRecord.Read(header, payload);
                GroupOf(header.Group).OnState(state, header.Sequence);
                break;
            case RecordType.GroupStart:
                OnStart(GroupStartRecord.Read(header, payload), header);
                break;
            case RecordType.GroupRemoved:
                _removed[header.Group] = header.Sequence;
                break;
            default:
                break;
        }
    }

    private void OnStart(LogStart start, in RecordHeader header)
    {
        GroupOf(header.Group).OnStart(start, header.Sequence);
        if (_removed.TryGetValue(header.Group, out var removed) && start.ResetSequence > removed)
        {
            // It has come back to this directory, with a new log.
            _removed.Remove(header.Group);
        }
    }

    private RecoveredGroup GroupOf(GroupId id)
    {
        if (!_groups.TryGetValue(id, out var group))
        {
            // A group with a start is known already: this one's log begins with its first entry.
            group = new RecoveredGroup(new SegmentList(id, default), []);
            _groups.Add(id, group);
        }

        return group;
    }
}
