using System.Diagnostics;
using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests;

/// <summary>Figures, not assertions: run explicitly, on the disk of the temporary folder.</summary>
public sealed class ThroughputTests
{
    [Theory(Explicit = true)]
    [InlineData(256 << 10, 2000, false)]
    [InlineData(256 << 10, 2000, true)]
    [InlineData(4 << 10, 20000, false)]
    [InlineData(4 << 10, 20000, true)]
    public async Task Write_OneLane_Reports(int bytes, int count, bool segments)
    {
        using var folder = new TemporaryFolder();
        await using var engine = StorageEngine.Open(
            new StorageOptions { DataDirectory = folder.Path, WalSpareFilesMax = 12 },
            Submissions.Identity,
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var logs = Enumerable.Range(1, 12).Select(id => engine.OpenLog(new GroupId((ulong)id))).ToArray();
        var completion = new Completion();
        var window = new Queue<WalSubmission>();
        var clock = Stopwatch.StartNew();
        var payload = new byte[bytes];
        for (var i = 0; i < count; i++)
        {
            var log = logs[i % logs.Length];
            var entry = new LogEntry(
                log.LastIndex.Next, new Term(1), EntryKind.Data, log.NextOffset, 1, i, payload);
            log.Append([entry]);
            var submission = Submissions.Of(completion, log.Group.Value, entry);
            engine.Submit(submission);
            window.Enqueue(submission);
            if (window.Count > 16)
            {
                await completion.WhenDone(window.Dequeue());
            }

            if (segments && log.LastIndex.Value > 2)
            {
                log.CommitTo(new LogIndex(log.LastIndex.Value - 2));
                if (i % 100 < logs.Length)
                {
                    log.Maintain(i);
                }
            }
        }

        while (window.TryDequeue(out var submission))
        {
            await completion.WhenDone(submission);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var counters = engine.Counters;
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
            $"{bytes} B, segments {segments}: {count * (bytes / 1e6) / seconds:f0} MB/s, {count / seconds:f0}/s, ")
            + FormattableString.Invariant(
            $"{counters.WalWrites} writes in {counters.WalSyncSeconds:f2} of {seconds:f2} s, ")
            + FormattableString.Invariant(
            $"{counters.SegmentBytesWritten / 1e6:f0} MB in segments, {counters.WalFiles} WAL files"));
    }
}
