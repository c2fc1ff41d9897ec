using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

public sealed class ReadingTests
{
    [Fact]
    public void Reads_TenThousandEntriesOverManySegments_FindByIndexOffsetAndTime()
    {
        var machine = new Machine(5, options =>
        {
            options.WalFileBytes = 4 << 20;
            options.SegmentBytesMax = 600 << 10;
            options.TailBytesMax = 200 << 10;
        });
        var log = machine.Engine.OpenLog(new GroupId(1));
        var entries = new List<LogEntry>();
        long offset = 0;
        for (ulong i = 1; i <= 10_000; i++)
        {
            var kind = i % 50 == 1 ? EntryKind.Barrier : EntryKind.Data;
            entries.Add(Entries.Make(i, 1 + i / 1000, offset, (int)(i % 4) + 1, 200, (long)i * 10 - (long)(i % 3) * 25, kind));
            offset = entries[^1].NextOffset;
        }

        foreach (var chunk in entries.Chunk(100))
        {
            log.Append(chunk);
            machine.Engine.Submit(Submissions.Of(machine.Completion, 1, chunk));
            log.CommitTo(chunk[^1].Index);
            machine.RunAll();
        }

        Assert.True(log.ColdView().LastIndex.Value > 9_900);
        Assert.True(machine.Disk.Paths(".log").Count() >= 4);
        CheckReads(log, entries, machine.Random);
        machine.Restart(powerLost: true);
        CheckReads(machine.Engine.OpenLog(new GroupId(1)), entries, machine.Random);
    }

    private static void CheckReads(PartitionLog log, List<LogEntry> entries, Random random)
    {
        var end = new LogIndex(10_000);
        for (var i = 0; i < 300; i++)
        {
            var at = random.Next(entries.Count);
            var wanted = entries[at];
            var found = new List<LogEntry>();
            if (!log.TryRead(wanted.Index, end, 2_000, found))
            {
                found.AddRange(log.ColdView().ReadFromIndex(wanted.Index, end, 2_000));
            }

            Assert.InRange(found.Count, 1, 7);
            Entries.AssertSame(entries.Skip(at).Take(found.Count), found);

            var offset = random.NextInt64(entries[^1].NextOffset);
            using var buffers = new ReadBuffers();
            found.Clear();
            if (!log.TryReadFrom(offset, end, 1, found))
            {
                found.AddRange(log.ColdView().ReadFromOffset(offset, end, 1, buffers));
            }

            Entries.AssertSame(entries.First(entry => entry.NextOffset > offset), Assert.Single(found));

            var time = random.NextInt64(100_000);
            var byTime = log.ColdView().FindByTimestamp(time, 0, end) ?? log.FindInMemoryByTimestamp(time, 0, end);
            Assert.Equal(
                entries.FirstOrDefault(entry => entry.Kind == EntryKind.Data && entry.MaxTimestamp >= time)?.Index, byTime?.Index);
        }
    }
}
