using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

/// <summary>Files kept open for reading: how many, and that none outlives its name.</summary>
public sealed class OpenFilesTests
{
    [Fact]
    public void Open_MoreThanMayStayOpen_ClosesTheLeastRecentlyRead()
    {
        using var folder = new TemporaryFolder();
        var opened = new List<string>();
        var files = new OpenFiles(2);
        foreach (var name in new[] { "a", "b", "a", "c", "a", "b" })
        {
            using var file = files.Open(Make(folder, name), path => Open(path, opened));
            Assert.Equal(name[0], Read(file));
        }

        Assert.Equal(["a", "b", "c", "b"], opened.Select(path => Path.GetFileName(path)!));
        Assert.Equal(2, files.Count);
    }

    [Fact]
    public void Open_WhileRead_StaysUsableBeyondTheLimit()
    {
        using var folder = new TemporaryFolder();
        var files = new OpenFiles(0);
        using var first = files.Open(Make(folder, "a"), path => Open(path, []));
        using (var second = files.Open(Make(folder, "b"), path => Open(path, [])))
        {
            Assert.Equal(('a', 'b'), (Read(first), Read(second)));
        }

        Assert.Equal('a', Read(first));
        first.Dispose();
        Assert.Equal(0, files.Count);
        Assert.Throws<ObjectDisposedException>(() => Read(first));
    }

    [Fact]
    public void LinuxDisk_FileReplacedOrDeleted_IsNotServedFromTheOldOne()
    {
        using var folder = new TemporaryFolder();
        var disk = new LinuxDisk(folder.Path, WalSyncMode.None, filesOpenMax: 8);
        Make(folder, "a.log");
        using var before = disk.Open("a.log", FileUse.Read);
        Make(folder, "b.tmp");
        disk.Rename("b.tmp", "a.log");
        using (var replaced = disk.Open("a.log", FileUse.Read))
        {
            Assert.Equal(('a', 'b'), (Read(before), Read(replaced)));
        }

        disk.Delete("a.log");

        Assert.Throws<FileNotFoundException>(() => disk.Open("a.log", FileUse.Read));
    }

    private static string Make(TemporaryFolder folder, string name)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, name);
        return path;
    }

    private static LinuxFile Open(string path, List<string> opened)
    {
        opened.Add(path);
        return new LinuxFile(path, PosixFile.Open(path, PosixFile.ReadOnly), syncs: false);
    }

    private static char Read(IStorageFile file)
    {
        Span<byte> one = stackalloc byte[1];
        Assert.Equal(1, file.ReadAt(0, one));
        return (char)one[0];
    }
}
