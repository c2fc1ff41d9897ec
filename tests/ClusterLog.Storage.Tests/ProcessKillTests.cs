using System.Diagnostics;
using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests;

/// <summary>A real process on a real disk, killed with -9 while it writes.</summary>
public sealed class ProcessKillTests
{
    private const string FolderVariable = "CLUSTERLOG_TEST_KILL_FOLDER";
    private static readonly GroupId Group = new(1);

    [Fact]
    public async Task Open_AfterKills_FindsEverythingAcknowledged()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = Path.Combine(folder.Path, "acknowledged");
        for (var round = 1; round <= 3; round++)
        {
            var start = new ProcessStartInfo(
                Environment.ProcessPath!, ["-method", "*.ChildWritesUntilKilled", "-explicit", "only"])
            {
                Environment = { [FolderVariable] = folder.Path },
                RedirectStandardOutput = true,
            };
            using var child = Process.Start(start)!;
            var before = Acknowledged(acknowledged);
            var clock = Stopwatch.StartNew();
            while (Acknowledged(acknowledged) < before + 200 && !child.HasExited && clock.Elapsed.TotalSeconds < 30)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            Assert.False(child.HasExited, "the child ended by itself");
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);

            var last = Acknowledged(acknowledged);
            Assert.True(last >= before + 200, $"round {round}: {last} acknowledged, {before} before");
            await using var engine = Open(folder.Path);
            var log = engine.OpenLog(Group);
            Assert.True(log.LastIndex.Value >= last, $"round {round}: found {log.LastIndex}, acknowledged {last}");
            var entries = ModelGroup.ReadAll(log);
            Entries.AssertSame(entries.Select(entry => Make(entry.Index.Value)), entries);
        }
    }

    [Fact(Explicit = true)]
    public async Task ChildWritesUntilKilled()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "Runs only as the child of the test above.");
        await using var engine = Open(folder);
        var log = engine.OpenLog(Group);
        var completion = new Completion();
        await using var acknowledged = new FileStream(
            Path.Combine(folder, "acknowledged"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        while (true)
        {
            var entry = Make(log.LastIndex.Next.Value);
            log.Append([entry]);
            var submission = Submissions.Of(completion, Group.Value, new HardState(new Term(1), default, 0, default), entry);
            engine.Submit(submission);
            await completion.WhenDone(submission);
            acknowledged.Write(BitConverter.GetBytes(entry.Index.Value));
            log.CommitTo(entry.Index);
            log.Maintain((long)entry.Index.Value);
        }
    }

    private static LogEntry Make(ulong index) =>
        Entries.Make(index, 1, (long)index - 1, bytes: (int)(index * 977 % 30_000));

    private static ulong Acknowledged(string path)
    {
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        var whole = bytes.Length / sizeof(ulong);
        return whole == 0 ? 0 : BitConverter.ToUInt64(bytes, (whole - 1) * sizeof(ulong));
    }

    private static StorageEngine Open(string folder) => StorageEngine.Open(
        new StorageOptions
        {
            DataDirectory = Path.Combine(folder, "data"),
            WalFileBytes = 1 << 20,
            SegmentBytesMax = 512 << 10,
            SegmentFlushBytes = 64 << 10,
            TailBytesMax = 1 << 20,
        },
        Submissions.Identity,
        TimeProvider.System,
        NullLoggerFactory.Instance);
}
