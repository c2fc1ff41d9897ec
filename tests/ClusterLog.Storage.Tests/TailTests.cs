using System.Runtime.InteropServices;
using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

/// <summary>What is kept in memory of the logs' ends, and how it leaves.</summary>
public sealed class TailTests
{
    private const int PayloadBytes = 1000;

    [Fact]
    public void Evict_OfEntriesThatAReaderHolds_CopiesNothingAndTakesNothingFromTheReader()
    {
        var machine = new Machine(1, options => options.TailBytesMax = 8 << 10);
        var log = machine.Engine.OpenLog(new GroupId(1));
        var entries = Append(machine, log, 1, 8);
        var read = new List<LogEntry>();
        Assert.True(log.TryRead(new LogIndex(1), log.LastIndex, int.MaxValue, read));

        // The first call pays for what the runtime makes once.
        log.EvictOld();
        Append(machine, log, 9, 8);
        Assert.True(machine.Engine.Counters.TailBytes > machine.Options.TailBytesMax);
        var before = GC.GetAllocatedBytesForCurrentThread();
        log.EvictOld();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        Assert.InRange(machine.Engine.Counters.TailBytes, 1, machine.Options.TailBytesMax);
        Assert.False(log.TryRead(new LogIndex(1), log.LastIndex, int.MaxValue, []));
        for (var i = 0; i < entries.Length; i++)
        {
            Assert.Same(ArrayOf(entries[i]), ArrayOf(read[i]));
        }
    }

    [Fact]
    public void Evict_OfManyLogs_LetsTheOldestGoWhateverLogTheyAreOf()
    {
        var machine = new Machine(2, options => options.TailBytesMax = 64 << 10);
        PartitionLog[] logs = [.. Enumerable.Range(1, 4).Select(group => machine.Engine.OpenLog(new GroupId((ulong)group)))];
        foreach (var idle in logs[..3])
        {
            Append(machine, idle, 1, 15);
        }

        // More than the budget comes to the last: the others' entries are older than that.
        for (ulong first = 1; first <= 121; first += 10)
        {
            Append(machine, logs[3], first, 10);
            foreach (var log in logs)
            {
                log.EvictOld();
            }
        }

        Assert.All(logs[..3], idle => Assert.False(idle.IsInMemory));
        Assert.True(logs[3].TryRead(new LogIndex(90), logs[3].LastIndex, int.MaxValue, []));
        Assert.InRange(machine.Engine.Counters.TailBytes, 1, machine.Options.TailBytesMax);
    }

    [Fact]
    public void Append_FarOverTheBudget_LetsGoOfWhatIsInSegmentsOnly()
    {
        var machine = new Machine(3, options => options.TailBytesMax = 8 << 10);
        var log = machine.Engine.OpenLog(new GroupId(1));
        Append(machine, log, 1, 5);
        log.Append(Make(log, 6, 20));

        Assert.True(machine.Engine.Counters.TailBytes > machine.Options.TailBytesMax);
        Assert.False(log.TryRead(new LogIndex(5), log.LastIndex, int.MaxValue, []));
        var rest = new List<LogEntry>();
        Assert.True(log.TryRead(new LogIndex(6), log.LastIndex, int.MaxValue, rest));
        Assert.Equal(20, rest.Count);
    }

    // Appended, written, committed, and in segments.
    private static LogEntry[] Append(Machine machine, PartitionLog log, ulong first, int count)
    {
        var entries = Make(log, first, count);
        log.Append(entries);
        machine.Engine.Submit(Submissions.Of(machine.Completion, log.Group.Value, entries));
        log.CommitTo(log.LastIndex);
        log.Maintain(machine.Time.Milliseconds);
        machine.Time.Advance(machine.Options.SegmentFlushInterval);
        log.Maintain(machine.Time.Milliseconds);
        machine.RunAll();
        Assert.Equal(log.LastIndex, log.ColdView().LastIndex);
        return entries;
    }

    private static LogEntry[] Make(PartitionLog log, ulong first, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
            Entries.Make(first + (ulong)i, 1, log.NextOffset + i, count: 1, bytes: PayloadBytes)),
    ];

    private static byte[] ArrayOf(LogEntry entry)
    {
        Assert.True(MemoryMarshal.TryGetArray(entry.Payload, out var segment));
        return segment.Array!;
    }
}
