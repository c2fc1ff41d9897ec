using System.Buffers.Binary;
using ClusterLog.Raft;
using ClusterLog.Storage.Compaction;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests.Compaction;

/// <summary>
/// One group whose entries each are about a key: what the log must hold after any compaction and any crash. An entry whose
/// key has a later one may be there whole or without its value; the last one of its key must be whole.
/// </summary>
internal sealed class KeyedLog
{
    private const int KeyBytes = 4;

    private readonly Machine _machine;
    private readonly List<LogEntry> _entries = [];
    private readonly Random _random;
    private PartitionLog _log;

    public KeyedLog(Machine machine, Random random)
    {
        (_machine, _random) = (machine, random);
        _log = machine.Engine.OpenLog(Group);
    }

    public static GroupId Group { get; } = new(7);

    public PartitionLog Log => _log;

    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>Appends entries of some keys, commits them, and has them written to segments.</summary>
    public void Append(int count, int keys, int bytesMax = 800)
    {
        var submission = new WalSubmission(_machine.Completion);
        var added = new List<LogEntry>();
        for (var i = 0; i < count; i++)
        {
            var index = (ulong)_entries.Count + 1;
            var payload = new byte[KeyBytes + _random.Next(1, bytesMax)];
            _random.NextBytes(payload);
            BinaryPrimitives.WriteInt32LittleEndian(payload, _random.Next(keys));
            var offset = _entries.Count == 0 ? 0 : _entries[^1].NextOffset;
            added.Add(new LogEntry(
                new LogIndex(index), new Term(1 + (index / 50)), EntryKind.Data, offset, 3, (long)index * 10, payload));
            _entries.Add(added[^1]);
        }

        submission.Add(new GroupWrite(Group, null, added, default, null));
        _log.Append(added.ToArray());
        _machine.Engine.Submit(submission);
        _machine.RunAll();
        _log.CommitTo(_log.LastIndex);
        _machine.RunAll();
        _machine.Time.Advance(TimeSpan.FromMinutes(1));
        _log.Maintain(_machine.Time.Milliseconds);
        _machine.Time.Advance(TimeSpan.FromMinutes(1));
        _log.Maintain(_machine.Time.Milliseconds);
        _machine.RunAll();
    }

    /// <summary>Compacts to the end, turning the segment writer meanwhile.</summary>
    /// <returns>Whether all could be rewritten.</returns>
    public bool Compact(LogCompaction? compaction = null)
    {
        compaction ??= _machine.Engine.CompactionOf(Group, NoPace.Instance)!;
        var last = new Dictionary<int, LogIndex>();
        compaction.ReadAsync(
            0,
            entry =>
            {
                last[KeyOf(entry)] = entry.Index;
                return true;
            },
            TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var rewriting = compaction.RewriteAsync(
            long.MaxValue,
            entry => last[KeyOf(entry)] > entry.Index && entry.Payload.Length > KeyBytes
                ? entry.Payload[..KeyBytes].ToArray()
                : null,
            concerns: null,
            stopping.Token);
        try
        {
            while (!rewriting.IsCompleted)
            {
                _machine.Engine.SegmentWriter.RunOnce();
                Thread.Yield();
            }
        }
        catch (SimulatedCrashException)
        {
            stopping.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() => rewriting.GetAwaiter().GetResult());
            throw;
        }

        return rewriting.GetAwaiter().GetResult();
    }

    /// <summary>Takes the log as a restart found it, and checks all of it.</summary>
    public void Recovered()
    {
        _log = _machine.Engine.OpenLog(Group);
        Check(_log.ColdView());
    }

    /// <summary>Checks what a view reads, by index, by offset and by time.</summary>
    public void Check(LogReadView view)
    {
        var found = ReadAll(view, _log.FirstIndex);
        Assert.Equal(
            _entries.Skip((int)_log.FirstIndex.Value - 1).Select(entry => entry.Index), found.Select(entry => entry.Index));
        found.ForEach(Check);
        for (var i = 0; i < 20; i++)
        {
            var wanted = _entries[_random.Next((int)_log.FirstIndex.Value - 1, _entries.Count)];
            var offset = wanted.BaseOffset + _random.Next(wanted.OffsetCount);
            Check(view.ReadFromOffset(offset, _log.LastIndex, 1)[0], wanted);
            Check(view.FindByTimestamp(wanted.MaxTimestamp - 5, wanted.BaseOffset, _log.LastIndex)!, wanted);
        }
    }

    /// <summary>How many entries were found without their value.</summary>
    public int CountDead() =>
        ReadAll(_log.ColdView(), _log.FirstIndex).Count(entry => entry.Payload.Length == KeyBytes);

    /// <summary>How many have a later entry of their key, of those up to an index.</summary>
    public int CountSuperseded(LogIndex upTo) =>
        _entries.Count(entry => entry.Index <= upTo && IsSuperseded(entry));

    private static int KeyOf(LogEntry entry) => BinaryPrimitives.ReadInt32LittleEndian(entry.Payload.Span);

    private static List<LogEntry> ReadAll(LogReadView view, LogIndex first)
    {
        var all = new List<LogEntry>();
        while (view.ReadFromIndex(first, view.LastIndex, 5_000) is { Count: > 0 } some)
        {
            all.AddRange(some);
            first = some[^1].Index.Next;
        }

        return all;
    }

    private bool IsSuperseded(LogEntry entry) =>
        _entries.Skip((int)entry.Index.Value).Any(later => KeyOf(later) == KeyOf(entry));

    private void Check(LogEntry found) => Check(found, _entries[(int)found.Index.Value - 1]);

    private void Check(LogEntry found, LogEntry expected)
    {
        Assert.Equal(expected with { Payload = default }, found with { Payload = default });
        var isWhole = expected.Payload.Span.SequenceEqual(found.Payload.Span);
        Assert.True(
            isWhole || (IsSuperseded(expected) && expected.Payload.Span[..KeyBytes].SequenceEqual(found.Payload.Span)),
            $"Entry {expected.Index} of key {KeyOf(expected)} has {found.Payload.Length} bytes.");
    }
}
