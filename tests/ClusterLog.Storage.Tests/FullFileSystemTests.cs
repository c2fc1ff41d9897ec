using System.Diagnostics;
using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests;

/// <summary>A real file system that is full.</summary>
public sealed class FullFileSystemTests
{
    [Fact]
    public async Task Submit_OnAFullFileSystem_WaitsAndGoesOnWhenThereIsRoom()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Mounting a tmpfs takes root.");
        using var folder = new TemporaryFolder();
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=8m", "none", folder.Path), "A tmpfs cannot be mounted.");
        try
        {
            var ballast = Path.Combine(folder.Path, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[4 << 20], TestContext.Current.CancellationToken);
            var options = new StorageOptions
            {
                DataDirectory = Path.Combine(folder.Path, "data"),
                WalFileBytes = 1 << 20,
                MinFreeBytes = 0,
            };
            await using var engine = StorageEngine.Open(
                options, Submissions.Identity, TimeProvider.System, NullLoggerFactory.Instance);
            var log = engine.OpenLog(new GroupId(1));
            var completion = new Completion();
            var submissions = new List<WalSubmission>();
            for (ulong i = 1; i <= 60; i++)
            {
                var entry = Entries.Make(i, 1, (long)i - 1, bytes: 100_000);
                log.Append([entry]);
                submissions.Add(Submissions.Of(completion, 1, entry));
                engine.Submit(submissions[^1]);
            }

            await Until(() => engine.State == StorageState.Full);
            Assert.Empty(completion.Failed);
            Assert.InRange(completion.Durable.Count, 1, 50);
            File.Delete(ballast);
            await completion.WhenDone(submissions[^1]);
            await Until(() => engine.State == StorageState.Ok);
            Assert.Equal(submissions, completion.Durable);
        }
        finally
        {
            Assert.True(Run("umount", folder.Path));
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var clock = Stopwatch.StartNew(); !condition();)
        {
            Assert.True(clock.Elapsed.TotalSeconds < 30, "the condition did not come about");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
