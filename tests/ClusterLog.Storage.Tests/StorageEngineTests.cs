using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests;

public sealed class StorageEngineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(nameof(WalSyncMode.Auto))]
    [InlineData(nameof(WalSyncMode.Fdatasync))]
    public async Task Open_AfterRestart_GivesBackWhatWasAcknowledged(string mode)
    {
        var syncMode = Enum.Parse<WalSyncMode>(mode);
        var entries = Enumerable.Range(1, 300).Select(i => Entries.Make((ulong)i, 1, i - 1, bytes: i * 37)).ToArray();
        var hardState = new HardState(new Term(3), new ReplicaId(2), 1, new LogIndex(40));
        var completion = new Completion();
        await using (var engine = Open(syncMode))
        {
            var log = engine.OpenLog(new GroupId(7));
            foreach (var chunk in entries.Chunk(30))
            {
                log.Append(chunk);
                var submission = Submissions.Of(completion, 7, hardState, chunk);
                engine.Submit(submission);
                await completion.WhenDone(submission);
            }

            log.CommitTo(new LogIndex(200));
            log.Maintain(0);
        }

        await using var reopened = Open(syncMode);
        Assert.Equal([new GroupId(7)], reopened.RecoveredGroups);
        var recovered = reopened.OpenLog(new GroupId(7));
        Assert.Equal(new LogIndex(300), recovered.LastIndex);
        Assert.Equal(300, recovered.NextOffset);
        Assert.Equal(hardState.Vote, recovered.HardState.Vote);
        Assert.Equal(hardState.Term, recovered.HardState.Term);
        Assert.Equal(1u, recovered.HardState.Incarnation);
        var read = recovered.ColdView().ReadFromIndex(new LogIndex(1), new LogIndex(300), int.MaxValue).ToList();
        Assert.True(recovered.TryRead(new LogIndex((ulong)read.Count + 1), new LogIndex(300), int.MaxValue, read));
        Entries.AssertSame(entries, read);
    }

    [Fact]
    public async Task Open_AfterTrimsAndAnInstalledSnapshot_GoesOnBehindThem()
    {
        var completion = new Completion();
        var (trimmed, installed) = (new GroupId(1), new GroupId(2));
        var entries = Enumerable.Range(1, 300).Select(i => Entries.Make((ulong)i, 1, i - 1, bytes: 1_000)).ToArray();
        var snapshot = new RaftSnapshot(new LogIndex(900), new Term(2), 800, null, new byte[5_000]);
        await using (var engine = Open())
        {
            var log = engine.OpenLog(trimmed);
            log.Append(entries);
            var submission = Submissions.Of(completion, 1, entries);
            engine.Submit(submission);
            await completion.WhenDone(submission);
            log.CommitTo(new LogIndex(280));
            foreach (var index in new ulong[] { 100, 200 })
            {
                log.SaveCheckpoint(new RaftSnapshot(new LogIndex(index), new Term(1), (long)index, null, new byte[100]));
                await Until(log, () => log.LatestCheckpoint?.Index == new LogIndex(index));
                Assert.True(log.TrimTo(new LogIndex(index)));
                await Until(log, () => log.ColdView().ReadFromIndex(new LogIndex(1), new LogIndex(index), 1).Count == 0);
                await Until(log, () => Checkpoints(trimmed) == 1);
            }

            // A log that had entries, of which none counts any more; and what follows the snapshot goes to segments.
            log = engine.OpenLog(installed);
            log.Append(entries);
            log.CommitTo(new LogIndex(150));
            submission = Submissions.Of(completion, 2, entries);
            engine.Submit(submission);
            log.Reset(snapshot);
            var next = Entries.Make(901, 3, 800, bytes: 9_000);
            log.Append([next]);
            submission = new WalSubmission(completion);
            submission.Add(new GroupWrite(
                installed, new HardState(new Term(3), default, 0, default), [next], default, null, snapshot));
            engine.Submit(submission);
            log.CommitTo(new LogIndex(901));
            await completion.WhenDone(submission);
            await Until(log, () => log.ColdView().LastIndex == new LogIndex(901) && log.BaseCheckpoint is not null);
        }

        await using var reopened = Open();
        var first = reopened.OpenLog(trimmed);
        Assert.Equal((201ul, 300ul, 200L), (first.FirstIndex.Value, first.LastIndex.Value, first.FirstOffset));
        Entries.AssertSame(entries[200..], ModelGroup.ReadAll(first));
        var second = reopened.OpenLog(installed);
        Assert.Equal((901ul, 901ul, 800L), (second.FirstIndex.Value, second.LastIndex.Value, second.FirstOffset));
        Assert.Equal(5_000, second.ColdView().ReadCheckpoint(second.BaseCheckpoint!)!.State.Length);
        Assert.Equal(1, Checkpoints(installed));

        int Checkpoints(GroupId group) =>
            Directory.GetFiles(Path.Combine(_folder.Path, "segments", group.ToString()), "*.ckp").Length;

        static async Task Until(PartitionLog log, Func<bool> condition)
        {
            for (var clock = System.Diagnostics.Stopwatch.StartNew(); !condition();)
            {
                Assert.True(clock.Elapsed.TotalSeconds < 30, "the condition did not come about");
                log.Maintain(clock.ElapsedMilliseconds * 1_000);
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Open_WhileAnotherHoldsIt_IsRefusedInWords()
    {
        await using var engine = Open();
        var error = Assert.Throws<DataDirectoryException>(() => Open());
        Assert.Contains("in use by another process (pid " + Environment.ProcessId, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test", "1=127.0.0.1:9401", 2)]
    [InlineData("other", "1=127.0.0.1:9401", 1)]
    [InlineData("test", "1=127.0.0.1:9401,2=127.0.0.1:9411", 1)]
    public async Task Open_OfAnothersDirectory_IsRefusedInWords(string cluster, string members, int broker)
    {
        await Open().DisposeAsync();
        var error = Assert.Throws<DataDirectoryException>(
            () => Open(identity: new DirectoryIdentity(cluster, members, broker, 7)));
        Assert.Contains("belongs to broker 1 of cluster 'test'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"this is broker {broker} of cluster '{cluster}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithOptionsOutOfBounds_NamesEachOfThem()
    {
        var options = new StorageOptions { DataDirectory = _folder.Path, WalFileBytes = 5, SegmentFlushBytes = 0 };
        var error = Assert.Throws<DataDirectoryException>(
            () => StorageEngine.Open(options, Submissions.Identity, TimeProvider.System, NullLoggerFactory.Instance));
        Assert.Contains("WalFileBytes: found 5", error.Message, StringComparison.Ordinal);
        Assert.Contains("SegmentFlushBytes: found 0", error.Message, StringComparison.Ordinal);
    }

    private StorageEngine Open(WalSyncMode mode = WalSyncMode.Auto, DirectoryIdentity? identity = null) =>
        StorageEngine.Open(
            new StorageOptions
            {
                DataDirectory = _folder.Path,
                WalFileBytes = 1 << 20,
                SegmentBytesMax = 64 << 10,
                SegmentFlushBytes = 8 << 10,
                WalSyncMode = mode,
            },
            identity ?? Submissions.Identity,
            TimeProvider.System,
            NullLoggerFactory.Instance);
}
