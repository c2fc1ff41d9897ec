using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Compaction.Keys;

/// <content>What the worker does in turns: follow the metadata and the logs, answer, save, and begin anew.</content>
internal sealed partial class KeyIndex
{
    // A broker without compacted partitions has no store.
    private void FollowMetadata()
    {
        var snapshot = _metadata();
        if (ReferenceEquals(snapshot, _seen))
        {
            return;
        }

        _seen = snapshot;
        foreach (var partition in snapshot.ByGroup.Values)
        {
            if (partition.Config.Cleanup.HasFlag(CleanupPolicy.Compact)
                && !partition.RunningOn(_broker).IsNone
                && _followed.TryAdd(partition.Group, 0))
            {
                _behind.TryAdd(partition.Group, 0);
            }
        }

        foreach (var group in _followed.Keys)
        {
            if (!snapshot.ByGroup.TryGetValue(group, out var partition) || partition.RunningOn(_broker).IsNone)
            {
                _followed.TryRemove(group, out _);
            }
        }

        if (!_followed.IsEmpty && _store is null)
        {
            Open();
        }
    }

    private void Open()
    {
        _store = KeyStore.Open(_options.Folder, _options.MemoryBytes, out var whyEmpty);
        (_appliedSinceCheckpoint, _checkpointAt) = (0, _time.GetTimestamp());
        if (whyEmpty is not null)
        {
            _logger.KeyIndexRebuilt(whyEmpty);
        }
    }

    private void TakeQuestions()
    {
        _questions.RemoveAll(static question => question.IsDone);
        while (_questions.Count < _options.QuestionsMax && _asked.Reader.TryRead(out var question))
        {
            _questions.Add(question);
            _behind.TryAdd(question.Group, 0);
        }
    }

    // One piece of each group that has gone on. True when there is more.
    private async Task<bool> ApplyAsync(CancellationToken cancellationToken)
    {
        foreach (var group in _behind.Keys.ToArray())
        {
            _behind.TryRemove(group, out _);
            var position = _store!.PositionOf(group);
            var found = await _shards().AskAsync(group, shard => AppliedEntries.Behind(shard, group, position))
                .WaitAsync(cancellationToken);
            if (found is null)
            {
                continue;
            }

            using var held = found.Held;

            // Only with durability=memory can what was committed be lost and made anew, by other records.
            var isOther = found.From == position && found.Term is { } term && term != _store.TermOf(group);
            if (found.IsAhead || isOther)
            {
                Distrust($"It was brought to entry {position} of group {group}, which the log does not have.");
                return true;
            }

            if (Apply(group, found, position) < found.Applied)
            {
                _behind.TryAdd(group, 0);
            }
        }

        return !_behind.IsEmpty;
    }

    private LogIndex Apply(GroupId group, AppliedEntries found, LogIndex position)
    {
        IReadOnlyList<LogEntry> entries;
        try
        {
            entries = found.Read();
        }
        catch (CorruptLogException damage)
        {
            _shards().Post(group, new DamageWork(group, damage));
            return found.Applied;
        }

        // Keys of what was cut off the log meanwhile stay: whoever follows them finds nothing there.
        var (applied, term) = (found.From, found.Term ?? default);
        foreach (var entry in entries)
        {
            Apply(group, entry);
            (applied, term) = (entry.Index, entry.Term);
        }

        if (applied > position)
        {
            _store!.SetPosition(group, applied, term);
        }

        return applied;
    }

    private void Apply(GroupId group, LogEntry entry)
    {
        _appliedSinceCheckpoint += entry.SizeBytes;
        if (entry.Kind != EntryKind.Data || !RecordBatchReader.TryOpen(entry.Payload, out var reader).IsValid)
        {
            return;
        }

        while (reader.TryRead(out var record))
        {
            if (record.Key is { } key)
            {
                _store!.Put(group, KeyDigest.Of(key.Span), record.Offset, isDeletion: record.Value is null);
            }
        }
    }

    private void AnswerQuestions()
    {
        foreach (var question in _questions)
        {
            if (_store!.PositionOf(question.Group) >= question.From)
            {
                var offset = _store.Find(question.Group, question.Key);
                if (_store.Damage is not null)
                {
                    return;
                }

                question.Complete(offset);
            }
        }

        _questions.RemoveAll(static question => question.IsDone);
    }

    private async Task SaveIfDueAsync(CancellationToken cancellationToken)
    {
        if (_appliedSinceCheckpoint > 0 && _time.GetElapsedTime(_checkpointAt) >= _options.CheckpointInterval)
        {
            (_appliedSinceCheckpoint, _checkpointAt) = (0, _time.GetTimestamp());
            if (HasRoom())
            {
                await _store!.CheckpointAsync(cancellationToken);
            }
        }
    }

    // A checkpoint takes as much as the store's memory, beside the one before it.
    private bool HasRoom() =>
        new DriveInfo(Path.GetFullPath(_options.Folder)).AvailableFreeSpace > _options.MinFreeBytes + (2 * _options.MemoryBytes);

    private async Task ThrowAwayIfDamagedAsync(CancellationToken cancellationToken)
    {
        if ((_store!.Damage ?? Interlocked.Exchange(ref _distrusted, null)) is not { } reason)
        {
            return;
        }

        _logger.KeyIndexRebuilt(reason);
        await Task.Delay(_options.RebuildPause, _time, cancellationToken);
        _store.Dispose();
        Directory.Delete(_options.Folder, recursive: true);
        Open();
        foreach (var group in _followed.Keys)
        {
            _behind.TryAdd(group, 0);
        }
    }
}
