using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Damage;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Scrubbing;

/// <summary>
/// Reads everything that lies in segments and checkpoints, again and again, at a bounded rate, so that rot is found
/// while the other replicas are whole, and not by the reader who needs it. One thread calls <see cref="RunOnce"/>. What
/// is damaged beyond repair here is told; an index is written anew, a checkpoint that is not needed is moved aside.
/// </summary>
internal sealed partial class Scrubber
{
    private readonly IStorageDisk _disk;
    private readonly StorageOptions _options;
    private readonly StorageCounters _counters;
    private readonly SegmentWriter _writer;
    private readonly DamagedFolder _aside;
    private readonly Func<IEnumerable<GroupProgress>> _groups;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Queue<Action> _asked = new();
    private IEnumerator<int>? _pass;
    private long _passStarted;
    private long _creditAt;
    private double _credit;
    private bool _hasPassed;
    private volatile bool _stopping;
    private volatile Action<GroupId, CorruptLogException>? _found;

    public Scrubber(
        IStorageDisk disk,
        StorageOptions options,
        StorageCounters counters,
        SegmentWriter writer,
        DamagedFolder aside,
        Func<IEnumerable<GroupProgress>> groups,
        TimeProvider time,
        ILogger logger)
    {
        (_disk, _options, _counters, _writer, _aside, _groups) = (disk, options, counters, writer, aside, groups);
        (_time, _logger, _creditAt) = (time, logger, time.GetTimestamp());
    }

    /// <summary>
    /// Called when a group is damaged, on the scrubber's thread; must not block. Nothing is read before there is
    /// somebody to tell.
    /// </summary>
    public Action<GroupId, CorruptLogException>? Found
    {
        get => _found;
        set => _found = value;
    }

    /// <summary>Called when there is something to do.</summary>
    public Action Wake { get; set; } = () => { };

    /// <summary>How many times everything has been read.</summary>
    public int Passes { get; private set; }

    /// <summary>
    /// Any thread. Has a group's files read now, whatever the rate; at most one such wait of each group.
    /// </summary>
    public void Enqueue(Action look)
    {
        lock (_gate)
        {
            _asked.Enqueue(look);
        }

        Wake();
    }

    /// <summary>Nothing more is begun. Any thread.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Reads a little; false when there is nothing to do, or nothing before the rate allows it.</summary>
    public bool RunOnce()
    {
        if (_stopping)
        {
            return false;
        }

        Action? look;
        lock (_gate)
        {
            _asked.TryDequeue(out look);
        }

        if (look is not null)
        {
            look();
            return true;
        }

        return _found is not null && _options.ScrubBytesPerSecond > 0 && HasCredit() && IsPassDue() && Go();
    }

    // One second's worth can be saved up: the thread may sleep that long.
    private bool HasCredit()
    {
        var now = _time.GetTimestamp();
        var gained = _time.GetElapsedTime(_creditAt, now).TotalSeconds * _options.ScrubBytesPerSecond;
        (_credit, _creditAt) = (Math.Min(_credit + gained, _options.ScrubBytesPerSecond), now);
        return _credit > 0;
    }

    private bool IsPassDue()
    {
        if (_pass is null && (!_hasPassed || _time.GetElapsedTime(_passStarted) >= _options.ScrubInterval))
        {
            _passStarted = _time.GetTimestamp();
            _pass = Pass().GetEnumerator();
        }

        return _pass is not null;
    }

    private bool Go()
    {
        if (_pass!.MoveNext())
        {
            _credit -= _pass.Current;
            _counters.AddScrubbedBytes(_pass.Current);
            return true;
        }

        _pass.Dispose();
        (_pass, _hasPassed) = (null, true);
        Passes++;
        ScrubLog.PassEnded(_logger, _time.GetElapsedTime(_passStarted));
        return false;
    }

    private IEnumerable<int> Pass()
    {
        foreach (var progress in _groups())
        {
            var generation = progress.Generation;
            foreach (var checkpoint in progress.Checkpoints)
            {
                yield return Check(progress, checkpoint, generation);
            }

            foreach (var segment in progress.Segments.Items)
            {
                if (!IsCurrent(progress, generation) || progress.Segments.Start.Index >= segment.LastIndex)
                {
                    continue;
                }

                using var scrub = new SegmentScrub(_disk, segment);
                while (scrub.Next() && !_stopping)
                {
                    yield return scrub.Bytes;
                }

                OnRead(progress, segment, generation, scrub.Damage);
            }
        }
    }

    private static bool IsCurrent(GroupProgress progress, int generation) =>
        !progress.Removed && !progress.IsQuarantined && progress.Generation == generation;

    private void OnRead(GroupProgress progress, SegmentSnapshot segment, int generation, CorruptLogException? damage)
    {
        var now = progress.Segments;
        var isThere = now.Items.Any(item => item.BaseIndex == segment.BaseIndex && item.Generation == segment.Generation);
        if (!IsCurrent(progress, generation) || now.Start.Index >= segment.LastIndex || !isThere || _stopping)
        {
            // Deleted or compacted meanwhile, or about to be.
            return;
        }

        if (damage is not null)
        {
            Tell(progress.Group, damage);
        }
        else if (!IsIndexUsable(progress, segment))
        {
            ScrubLog.IndexBuiltAgain(_logger, segment.IndexPath);
            _counters.AddDamageFound();
            _writer.Enqueue(new SegmentWrite(progress, Step: () => _writer.SaveIndexOf(progress, segment.BaseIndex)));
        }
    }

    // The last segment's is written later, and may well be missing.
    private bool IsIndexUsable(GroupProgress progress, SegmentSnapshot segment)
    {
        try
        {
            return _disk.Exists(segment.IndexPath)
                ? SegmentSidecar.TryLoad(_disk, segment.Group, segment.BaseIndex, segment.IndexPath) is not null
                : progress.Segments.Items is not { Count: > 0 } items || items[^1].BaseIndex <= segment.BaseIndex;
        }
        catch (FileNotFoundException)
        {
            // Deleted right now, together with its segment.
            return true;
        }
    }

    private int Check(GroupProgress progress, Checkpoint checkpoint, int generation)
    {
        try
        {
            return CheckpointCodec.HeaderBytes + CheckpointFiles.Load(_disk, progress.Group, checkpoint.Index).State.Length;
        }
        catch (CorruptLogException damage)
        {
            if (IsCurrent(progress, generation) && Array.Exists(progress.Checkpoints, item => item.Index == checkpoint.Index))
            {
                OnDamaged(progress, checkpoint, damage);
            }

            return CheckpointCodec.HeaderBytes;
        }
    }

    private void OnDamaged(GroupProgress progress, Checkpoint checkpoint, CorruptLogException damage)
    {
        if (!SegmentWriter.CanSpare(progress, checkpoint))
        {
            Tell(progress.Group, damage);
            return;
        }

        _counters.AddDamageFound();
        ScrubLog.CheckpointDropped(_logger, damage, progress.Group, checkpoint.Index);
        _writer.Enqueue(new SegmentWrite(progress, Step: () =>
        {
            if (SegmentWriter.TryDrop(progress, checkpoint))
            {
                _aside.Take([damage.File]);
            }
        }));
    }

    private void Tell(GroupId group, CorruptLogException damage)
    {
        ScrubLog.DamageFound(_logger, damage, group);
        _found?.Invoke(group, damage);
    }
}
