using System.Diagnostics;

namespace ClusterLog.Broker.Tests.Shards;

/// <summary>A file system of few bytes, in memory, with a file that can be taken away to make room.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private SmallDisk(DirectoryInfo folder)
    {
        _folder = folder;
    }

    public string Path => _folder.FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts one; skips the test where that is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("clusterlog-disk-");
        if (!OperatingSystem.IsLinux()
            || await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder.FullName) != 0)
        {
            folder.Delete();
            Assert.Skip("A small disk can be mounted only on Linux, as root, with the right to mount.");
        }

        return new SmallDisk(folder);
    }

    /// <summary>Takes bytes away; as many as there are if there are fewer.</summary>
    public void Fill(long bytes)
    {
        using var file = new FileStream(Ballast, FileMode.Append);
        var block = new byte[64 << 10];
        try
        {
            for (; bytes > 0; bytes -= block.Length)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full, as it should be.
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "--lazy", Path);
        _folder.Delete();
    }

    private static async Task<int> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
