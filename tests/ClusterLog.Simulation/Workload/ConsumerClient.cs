using ClusterLog.Checking.Logs;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <summary>Reads one partition from its beginning on, one poll after the other, and keeps its place.</summary>
internal sealed class ConsumerClient : IScheduled
{
    private const long AttemptTimeout = 10 * WorldSettings.Second;

    private readonly ClusterWorkload _workload;
    private readonly World _world;
    private readonly SimulatedRandom _random;
    private FetchAttempt? _attempt;
    private GroupId? _group;
    private long _position;
    private long _invokedAt;
    private int _leader;

    public ConsumerClient(ClusterWorkload workload, World world, PlannedConsumer plan)
    {
        (_workload, _world, Plan) = (workload, world, plan);
        _random = ClusterWorkload.RandomOf(world, plan.Number);
        _leader = _random.Next(1, world.Brokers.Count + 1);
    }

    public PlannedConsumer Plan { get; }

    public bool IsSettled => _attempt is null;

    public void Start() => _world.After(_random.Between(0, 10 * WorldSettings.Second), this);

    public void Run()
    {
        if (_attempt is { } waiting)
        {
            if (_world.Now - waiting.SentAt > AttemptTimeout)
            {
                waiting.Cancel();
            }
        }
        else if (_workload.IsStopped)
        {
            return;
        }
        else
        {
            _invokedAt = _workload.History.NextTime();
            var bytesMax = _random.Next(3) switch { 0 => 1, 1 => 1 << 10, _ => 64 << 10 };
            _attempt = new FetchAttempt(this, _workload.Checker, _position, bytesMax);
            _attempt.Send(_leader, _world);
        }

        _world.After(_random.Between(1, 2 * Plan.Pause), this);
    }

    public void OnFetched(FetchAttempt attempt, GroupId group, IReadOnlyList<LogEntry> entries)
    {
        if (!IsCurrent(attempt) || IsOtherGroup(group))
        {
            return;
        }

        var records = new List<LogRecord>();
        foreach (var entry in entries)
        {
            if (entry.Kind == EntryKind.Data)
            {
                CheckFollows(entry);
                Read(entry, _position, records);
                _position = Math.Max(_position, entry.NextOffset);
            }
        }

        if (!Plan.IsKeyed)
        {
            _workload.History.Polls.Add(new PollOperation(
                Plan.Number, _workload.History.NameOf(group), records, _invokedAt, _workload.History.NextTime()));
        }

        _world.Trace.Mix((ulong)Plan.Number, (ulong)_position, (ulong)records.Count);
    }

    public void OnFailed(FetchAttempt attempt, GroupId? group, ErrorCode code, long firstOffset)
    {
        if (!IsCurrent(attempt) || (group is { } known && IsOtherGroup(known)))
        {
            return;
        }

        if (code == ErrorCode.OffsetOutOfRange && firstOffset > _position)
        {
            SeekTo(group!.Value, firstOffset);
            return;
        }

        _leader = attempt.LeaderHint > 0 ? attempt.LeaderHint : _random.Next(1, _world.Brokers.Count + 1);
    }

    /// <summary>Decodes the records of an entry from an offset on.</summary>
    public static void Read(LogEntry entry, long from, List<LogRecord> into)
    {
        var opened = RecordBatchReader.TryOpen(entry.Payload, out var reader);
        while (opened.IsValid && reader.TryRead(out var record))
        {
            if (record.Offset >= from)
            {
                into.Add(new LogRecord(record.Offset, WorkloadRecord.NumberOf(record)));
            }
        }
    }

    // Records go out of a compacted partition, but never a whole batch.
    private void CheckFollows(LogEntry entry)
    {
        if (entry.BaseOffset > _position)
        {
            throw new ViolationException(
                nameof(Invariant.DenseOffsets),
                $"consumer {Plan.Number} is served offset {entry.BaseOffset} of group {_group} where {_position} comes next");
        }
    }

    private void SeekTo(GroupId group, long offset)
    {
        _position = offset;
        if (Plan.IsKeyed)
        {
            return;
        }

        _workload.History.Seeks.Add(new SeekOperation(
            Plan.Number, _workload.History.NameOf(group), offset, _workload.History.NextTime()));
    }

    private bool IsCurrent(FetchAttempt attempt)
    {
        if (_attempt != attempt)
        {
            return false;
        }

        _attempt = null;
        return true;
    }

    /// <summary>The topic was made anew: its partition is read from its beginning. One older than ours is passed over.</summary>
    private bool IsOtherGroup(GroupId group)
    {
        if (_group == group)
        {
            return false;
        }

        if (_group is { } known && group.CompareTo(known) < 0)
        {
            return true;
        }

        var isFirst = _group is null;
        _group = group;
        _position = 0;
        return !isFirst;
    }
}
