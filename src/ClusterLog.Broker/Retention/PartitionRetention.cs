using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;

namespace ClusterLog.Broker.Retention;

/// <summary>
/// Gives up the oldest records of one partition by size and age. The leader finds the new start from what its segments
/// hold, by its own clock, and proposes it; every replica cuts its log when it applies that. The leader looks when enough
/// has been written since the last time, and when the oldest records become too old: never without a reason, so that a
/// partition that nobody writes to costs nothing until then. Owned by the group's shard.
/// </summary>
internal sealed class PartitionRetention(Partition partition)
{
    /// <summary>How long a trim waits for its commit before another may be proposed.</summary>
    private const long TrimTimeoutMilliseconds = 10_000;

    /// <summary>What a segment write takes, beside the wait for it, at most as a rule.</summary>
    private const long SegmentWriteMilliseconds = 2_000;

    private RetentionPace _pace = RetentionPace.None;
    private UnattendedProposal? _trim;
    private long _bytesUnseen;

    private TopicConfig Config => partition.Address.Config;

    private bool IsOn => Config.HasRetention;

    /// <summary>How often the replica captures its state.</summary>
    public RetentionPace Pace => _pace;

    /// <summary>The partition has its replica, or other settings.</summary>
    public void Configure()
    {
        _pace = RetentionPace.Of(Config, partition.Replica.Services.Storage.Options);
        partition.Replica.Log.Pace = _pace.Log;
    }

    /// <summary>A batch was applied.</summary>
    public void Count(int bytes) => _bytesUnseen += bytes;

    /// <summary>A run of entries was applied.</summary>
    public void OnApplied()
    {
        if (!IsOn || _bytesUnseen == 0 || !partition.Replica.Leads)
        {
            return;
        }

        if (_bytesUnseen >= _pace.StepBytes)
        {
            _bytesUnseen = 0;
            partition.Replica.CallSoon();
        }
        else if (partition.Replica.DueAt == long.MaxValue)
        {
            // The segments have it by then.
            LookOnceWritten();
        }
    }

    /// <summary>Another replica leads, or this one.</summary>
    public void OnLeaderChanged(bool leads)
    {
        _trim = null;
        if (leads)
        {
            LookSoon();
        }
    }

    /// <summary>What is to be kept may be less than before.</summary>
    public void LookSoon()
    {
        if (IsOn)
        {
            partition.Replica.CallAt(partition.Replica.NowMilliseconds);
        }
    }

    /// <summary>It is time to look.</summary>
    public void OnDue(long nowMilliseconds)
    {
        var replica = partition.Replica;
        if (!IsOn || !replica.Leads)
        {
            return;
        }

        if (!replica.IsReadyToServe)
        {
            replica.CallAt(nowMilliseconds + 1);
            return;
        }

        _bytesUnseen = 0;
        var unixNow = replica.Services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var start = Math.Min(Math.Max(StartBySize(), StartByAge(unixNow)), partition.HighWatermark);
        if (start > partition.StartOffset)
        {
            Propose(start, nowMilliseconds);
        }

        CallWhenNextIsDue(Math.Max(start, partition.StartOffset), nowMilliseconds, unixNow);
    }

    private long StartBySize()
    {
        var bytes = Config.RetentionBytes;
        var log = partition.Replica.Log;
        return bytes == TopicConfig.Unlimited || log.OffsetOfLastBytes(bytes) <= partition.StartOffset
            ? 0
            : log.OffsetOfLastBytes(Math.Max(0, bytes - _pace.StepBytes));
    }

    private long StartByAge(long unixNow) => Config.RetentionMs == TopicConfig.Unlimited
        ? 0
        : partition.Replica.Log.OffsetOfOlderThan(unixNow - Math.Min(Config.RetentionMs, unixNow));

    private void Propose(long start, long nowMilliseconds)
    {
        if (_trim is { IsAnswered: false })
        {
            return;
        }

        partition.Replica.Services.Logger.RetentionTrims(partition.Address.ToString(), partition.StartOffset, start);
        _trim = new UnattendedProposal { DeadlineMilliseconds = nowMilliseconds + TrimTimeoutMilliseconds };
        partition.ProposeStart(_trim, start);
    }

    /// <summary>Only age needs a clock: size is looked at when something is written.</summary>
    private void CallWhenNextIsDue(long start, long nowMilliseconds, long unixNow)
    {
        if (Config.RetentionMs == TopicConfig.Unlimited)
        {
            return;
        }

        if (partition.Replica.Log.TimeOfNextOffset(start) is { } oldest)
        {
            // Records without a time of their own, or none at all before a point, are old at once.
            var left = Math.Max(oldest, 0) - unixNow + Math.Min(Config.RetentionMs, unixNow) + 1;
            partition.Replica.CallAt(nowMilliseconds + Math.Max(left, _pace.StepMilliseconds));
        }
        else if (partition.HighWatermark > start)
        {
            LookOnceWritten();
        }
    }

    private void LookOnceWritten()
    {
        var replica = partition.Replica;
        var wait = (long)replica.Services.Storage.Options.SegmentFlushInterval.TotalMilliseconds + SegmentWriteMilliseconds;
        replica.CallAt(replica.NowMilliseconds + wait);
    }
}
