using ClusterLog.Raft;
using ClusterLog.Storage.Checking;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests;

/// <summary>
/// One bit flipped at every 997th byte of every file of a directory in turn. Never a wrong record; never a group that
/// keeps its identity though it has lost something; what lies before the damage can always be read, and no log begins later than before.
/// </summary>
public sealed class RotTests
{
    private const int Stride = 997;

    private static readonly StorageOptions Options = new()
    {
        DataDirectory = "/simulated",
        WalFileBytes = 64 << 10,
        SegmentBytesMax = 16 << 10,
        SegmentFlushBytes = 4 << 10,
        MinFreeBytes = 0,
    };

    private static readonly GroupId Long = new(1);
    private static readonly GroupId Trimmed = new(2);
    private static readonly GroupId InWalOnly = new(3);
    private static readonly GroupId Removed = new(4);
    private static readonly GroupId Damaged = new(5);
    private readonly Dictionary<GroupId, List<LogEntry>> _entries = [];
    private readonly Dictionary<string, int> _counts = [];

    [Fact]
    public void Open_AnyBitFlipped_ServesNothingWrongAndKeepsNoIdentityThatHasLostSomething()
    {
        var files = Write();
        Assert.Empty(DirectoryCheck.Run(Fill(files), "/simulated", NullLogger.Instance).Findings);
        var before = Read(Open(Fill(files)), "nothing");
        foreach (var (path, bytes) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            for (var position = 0; position < bytes.Length; position += Stride)
            {
                var disk = Fill(files);
                disk.Flip(path, position, (byte)(1 << (position % 8)));
                Check(disk, before, path, position);
            }
        }

        var counts = string.Join(", ", _counts.OrderBy(item => item.Key).Select(item => $"{item.Key}={item.Value}"));
        TestContext.Current.TestOutputHelper!.WriteLine($"files={files.Count} flips={_counts.Values.Sum()} {counts}");
        Assert.All(
            new[] { "no effect", "one group at start", "all groups", "one group in a read" },
            outcome => Assert.True(_counts.GetValueOrDefault(outcome) > 0, $"{outcome}: {counts}"));
    }

    private void Check(SimulatedDisk disk, Dictionary<GroupId, Found> before, string path, int position)
    {
        var place = $"{path} at byte {position}";
        var findings = DirectoryCheck.Run(disk, "/simulated", NullLogger.Instance).Findings.Count;
        var engine = Open(disk);
        var lostAtStart = before.Keys.Where(group => group != Damaged).Count(engine.HasLostIdentity);
        var isNewDirectory = engine.DirectoryId != Submissions.Identity.DirectoryId;
        var after = Read(engine, place);
        var lost = 0;
        foreach (var (group, expected) in before)
        {
            // One that was removed, and of which nothing is left, has nothing to lose.
            var found = after.GetValueOrDefault(group) ?? new Found([], default, engine.HasLostIdentity(group), false);
            AssertDense(found.Entries, place);
            lost += found.IsLost && group != Damaged ? 1 : 0;
            if (!found.IsLost && !isNewDirectory)
            {
                Assert.True(
                    expected.HardState == found.HardState && expected.Entries.SequenceEqual(found.Entries),
                    $"{place}: group {group} keeps its identity, expected {expected}, found {found}");
            }

            var kept = isNewDirectory ? expected.Segmented : path.StartsWith($"segments/{group}/", StringComparison.Ordinal) ? 0 : expected.Segmented;
            Assert.True(found.Entries.Count(entry => entry.Index.Value <= expected.LastSegmented) >= kept, $"{place}: group {group} keeps {found}");
            Assert.True(found.FirstIndex <= expected.FirstIndex, $"{place}: group {group} begins at {found.FirstIndex}, though nobody trimmed it");
            Assert.True(!found.IsLost || found.HardState.Vote == ReplicaId.None, $"{place}: group {group} remembers a vote");
        }

        Assert.True(!after.TryGetValue(Removed, out var removed) || removed.IsLost || removed.Entries.Count == 0, place);
        var outcome = isNewDirectory ? "all groups" : lost == 0 ? "no effect" : lostAtStart > 0 ? "one group at start" : "one group in a read";
        Assert.True(isNewDirectory || lost <= 1, $"{place}: {lost} groups have lost their identity");
        Assert.True(findings > 0 || outcome == "no effect", $"{place}: a check finds nothing, and {outcome} loses its identity");
        _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;

        // What is lost stays lost.
        var again = Open(disk);
        Assert.All(after.Where(item => item.Value.IsLost), item => Assert.True(again.HasLostIdentity(item.Key), place));
        AssertSame(after, Read(again, place), place);
    }

    private static void AssertSame(Dictionary<GroupId, Found> first, Dictionary<GroupId, Found> second, string place)
    {
        foreach (var (group, found) in first)
        {
            Assert.True(found.Entries.SequenceEqual(second[group].Entries), $"{place}: group {group} was {found}, is {second[group]}");
        }
    }

    private static void AssertDense(List<LogEntry> found, string place)
    {
        for (var i = 0; i < found.Count; i++)
        {
            Assert.True(i == 0 || found[i].Index == found[i - 1].Index.Next, $"{place}: a gap before {found[i].Index}");
        }
    }

    // Everything that can be read; where a read meets damage, what is left after a repair.
    private Dictionary<GroupId, Found> Read(StorageEngine engine, string place)
    {
        var result = new Dictionary<GroupId, Found>();
        foreach (var group in engine.RecoveredGroups.Where(group => !engine.IsRemoved(group)))
        {
            var log = engine.OpenLog(group);
            var hasFailed = false;
            List<LogEntry> entries;
            try
            {
                entries = ReadAll(log);
            }
            catch (CorruptLogException error)
            {
                engine.Quarantine(group, error);
                engine.Reopen(group, reopened => log = reopened);
                Run(engine);
                (hasFailed, entries) = (true, ReadAll(log));
            }

            foreach (var entry in entries)
            {
                // Payloads are checked here, and only places are kept.
                Entries.AssertSame(_entries[group][(int)entry.Index.Value - 1], entry);
            }

            var view = log.ColdView();
            result[group] = new Found(
                [.. entries.Select(entry => entry with { Payload = default })], log.HardState, engine.HasLostIdentity(group), hasFailed)
            {
                LastSegmented = view.LastIndex.Value,
                FirstIndex = log.FirstIndex.Value,
            };
            Assert.True(log.LastIndex >= log.FirstIndex.Previous, place);
        }

        return result;
    }

    private static List<LogEntry> ReadAll(PartitionLog log)
    {
        if (log.LatestCheckpoint is { } checkpoint)
        {
            Assert.All(log.ColdView().ReadCheckpoint(checkpoint)!.State.ToArray(), value => Assert.Equal(checkpoint.Index.Value, value));
        }

        if (log.BaseCheckpoint is { } start)
        {
            _ = log.ColdView().ReadCheckpoint(start);
        }

        return ModelGroup.ReadAll(log);
    }

    private static void Run(StorageEngine engine)
    {
        for (var turns = 0; engine.Files.RunOnce() | engine.Lane.RunOnce() | engine.SegmentWriter.RunOnce() | engine.Scrubber.RunOnce(); turns++)
        {
            Assert.True(turns < 10_000, "storage does not come to rest");
        }
    }

    private static StorageEngine Open(SimulatedDisk disk) =>
        StorageEngine.OpenByHand(Options, Submissions.Identity, disk, new ManualTime(), NullLoggerFactory.Instance);

    private static SimulatedDisk Fill(Dictionary<string, byte[]> files)
    {
        var disk = new SimulatedDisk(new Random(1));
        foreach (var (path, bytes) in files)
        {
            for (var folder = Path.GetDirectoryName(path)!; folder.Length > 0; folder = Path.GetDirectoryName(folder)!)
            {
                disk.CreateDirectory(folder);
            }

            using var file = disk.Open(path, FileUse.Create);
            file.WriteAt(0, bytes);
            file.Sync();
        }

        return disk;
    }

    private Dictionary<string, byte[]> Write()
    {
        var disk = new SimulatedDisk(new Random(1));
        var engine = Open(disk);
        var completion = new Completion();
        foreach (var group in new[] { Long, Trimmed, InWalOnly, Removed, Damaged })
        {
            var log = engine.OpenLog(group);
            var count = group == InWalOnly ? 5 : 40;
            _entries[group] = [.. Enumerable.Range(1, count).Select(i => Entries.Make((ulong)i, (ulong)(1 + (i / 10)), i - 1, bytes: 700))];
            foreach (var part in _entries[group].Chunk(4))
            {
                log.Append(part);
                var state = new HardState(part[^1].Term, new ReplicaId(2), (uint)group.Value * 10, default);
                engine.Submit(Submissions.Of(completion, group.Value, state, part));
                Run(engine);
                log.CommitTo(group == InWalOnly ? default : part[^1].Index.Previous);
                Run(engine);
            }

            if (group == Long)
            {
                Save(engine, log, 25);
            }
            else if (group == Trimmed)
            {
                Trim(engine, log, 12);
                Save(engine, log, 30);
            }
        }

        engine.Quarantine(Damaged, new CorruptLogException(Damaged, "segments/5/x.log", 1, "one", "another"));
        engine.Reopen(Damaged, _ => { });
        engine.Remove(Removed);
        Run(engine);
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return disk.Paths("").ToDictionary(path => path, disk.ReadAll);
    }

    private static void Trim(StorageEngine engine, PartitionLog log, ulong index)
    {
        Save(engine, log, index);
        Assert.True(log.TrimTo(new LogIndex(index)));
        Run(engine);
    }

    private static void Save(StorageEngine engine, PartitionLog log, ulong index)
    {
        var state = new byte[2_500];
        Array.Fill(state, (byte)index);
        log.SaveCheckpoint(new RaftSnapshot(new LogIndex(index), log.TermAt(new LogIndex(index))!.Value, (long)index, null, state));
        Run(engine);
    }

    private sealed record Found(List<LogEntry> Entries, HardState HardState, bool IsLost, bool HasFailed)
    {
        /// <summary>The log begins here.</summary>
        public ulong FirstIndex { get; init; } = 1;

        /// <summary>Segments reach up to this index.</summary>
        public ulong LastSegmented { get; init; }

        public int Segmented => Entries.Count(entry => entry.Index.Value <= LastSegmented);

        public override string ToString() =>
            $"{Entries.Count} entries up to {Entries.LastOrDefault()?.Index}, {HardState}, lost: {IsLost}, damage in a read: {HasFailed}";
    }
}
