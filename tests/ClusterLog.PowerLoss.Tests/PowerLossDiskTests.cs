using ClusterLog.Storage.Disk;

namespace ClusterLog.PowerLoss.Tests;

public sealed class PowerLossDiskTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Write_WithoutSync_IsReadAndThenLost()
    {
        var disk = _folder.Start();
        disk.Save("a", [1, 2, 3]);
        using (var file = disk.Open("a", FileUse.Write))
        {
            file.WriteAt(1, [9, 9, 9, 9]);
        }

        Assert.Equal([1, 9, 9, 9, 9], disk.ReadAll("a"));
        Assert.Equal([1, 2, 3], _folder.Start().ReadAll("a"));
    }

    [Fact]
    public void Write_WithSync_IsThere()
    {
        var disk = _folder.Start();
        disk.Save("a", [1, 2, 3]);
        using (var file = disk.Open("a", FileUse.Write))
        {
            file.WriteAt(10_000, [7]);
            file.Sync();
            file.WriteAt(0, [5]);
        }

        var found = _folder.Start().ReadAll("a");
        Assert.Equal(10_001, found.Length);
        Assert.Equal((1, 0, 7), (found[0], found[3], found[10_000]));
    }

    [Theory]
    [InlineData(false, 4096)]
    [InlineData(true, 0)]
    public void Write_ToTheWal_LastsAsTheOptionsSay(bool holdsWal, int expected)
    {
        var disk = _folder.Start(new PowerLossOptions(HoldsWal: holdsWal));
        disk.Save("a", []);
        using (var file = disk.Open("a", FileUse.WalDirect))
        {
            file.WriteAt(0, new byte[4096]);
        }

        Assert.Equal(expected, _folder.Start().ReadAll("a").Length);
    }

    [Fact]
    public void SetLength_WithoutSync_IsSeenAndThenLost()
    {
        var disk = _folder.Start();
        disk.Save("a", [.. Enumerable.Repeat((byte)4, 9_000)]);
        using (var file = disk.Open("a", FileUse.Write))
        {
            file.SetLength(5_000);
            file.SetLength(6_000);
            Assert.Equal([4, 0], disk.ReadAll("a")[4_999..5_001]);
            Assert.Equal(9_000, _folder.Start().ReadAll("a").Length);
            file.Sync();
        }

        var found = _folder.Start().ReadAll("a");
        Assert.Equal(6_000, found.Length);
        Assert.Equal([4, 0], found[4_999..5_001]);
    }

    [Fact]
    public void Create_WithoutSyncOfItsFolder_IsLost()
    {
        var disk = _folder.Start();
        using (var file = disk.Open("a", FileUse.Create))
        {
            file.WriteAt(0, [1]);
            file.Sync();
        }

        Assert.True(disk.Exists("a"));
        Assert.Equal(["a"], disk.ListFiles(""));
        Assert.False(_folder.Start().Exists("a"));
    }

    [Fact]
    public void Create_OverAnOlderFile_KeepsThatUntilItsFolderIsSynced()
    {
        var disk = _folder.Start();
        disk.Save("a", [1]);
        using (var file = disk.Open("a", FileUse.Create))
        {
            file.WriteAt(0, [2, 2]);
            file.Sync();
        }

        Assert.Equal([1], _folder.Start().ReadAll("a"));
        disk = _folder.Start();
        disk.Save("a", [2, 2]);
        Assert.Equal([2, 2], _folder.Start().ReadAll("a"));
    }

    [Fact]
    public void RenameAndDelete_LastOnlyWithTheirFolder()
    {
        var disk = _folder.Start();
        disk.Save("a", [1]);
        disk.Save("b", [2]);
        disk.Rename("a", "c");
        disk.Delete("b");
        Assert.Equal(["c"], disk.ListFiles(""));
        Assert.Equal(["a", "b"], _folder.Start().ListFiles("").Order());

        disk = _folder.Start();
        disk.Rename("a", "c");
        disk.Delete("b");
        disk.SyncDirectory("");
        Assert.Equal(["c"], _folder.Start().ListFiles(""));
        Assert.Equal([1], _folder.Start().ReadAll("c"));
    }

    [Fact]
    public void CreateDirectory_WithoutSyncOfItsParent_TakesItsFilesAlong()
    {
        var disk = _folder.Start();
        disk.CreateDirectory("x/y");
        disk.Save("x/y/a", [1]);
        Assert.Equal([1], disk.ReadAll("x/y/a"));
        Assert.Empty(_folder.Start().ListDirectories(""));

        disk = _folder.Start();
        disk.CreateDirectory("x/y");
        disk.Save("x/y/a", [1]);
        disk.SyncDirectory("x");
        disk.SyncDirectory("");
        Assert.Equal([1], _folder.Start().ReadAll("x/y/a"));
    }

    [Fact]
    public void DeleteDirectory_Synced_TakesUnsyncedDeletionsAlong()
    {
        var disk = _folder.Start();
        disk.CreateDirectory("x");
        disk.SyncDirectory("");
        disk.Save("x/a", [1]);
        disk.Delete("x/a");
        disk.DeleteDirectory("x");
        Assert.Empty(disk.ListDirectories(""));
        disk.SyncDirectory("");
        Assert.Empty(_folder.Start().ListDirectories(""));
    }

    [Fact]
    public void Write_WhereAllReaches_IsThereOrTorn()
    {
        var disk = _folder.Start(new PowerLossOptions(Seed: 5, Reaching: 1));
        var bytes = new byte[400 * 4096];
        new Random(1).NextBytes(bytes);
        using (var file = disk.Open("a", FileUse.Create))
        {
            file.WriteAt(0, bytes);
            Assert.Equal(bytes, disk.ReadAll("a"));
        }

        var found = _folder.Start().ReadAll("a");
        var kinds = Enumerable.Range(0, found.Length / 4096)
            .Select(page => found.AsSpan(page * 4096, 4096).CommonPrefixLength(bytes.AsSpan(page * 4096, 4096)) == 4096)
            .ToArray();
        Assert.Contains(true, kinds);
        Assert.Contains(false, kinds);
    }

    public void Dispose() => _folder.Dispose();
}
