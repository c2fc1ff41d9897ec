using ClusterLog.Storage;
using ClusterLog.Storage.Disk;

namespace ClusterLog.PowerLoss.Tests;

/// <summary>As long as the power stays on, nobody can tell the layer from the disk below.</summary>
public sealed class SameAsLinuxTests
{
    private static readonly string[] Names = ["f/a", "f/b", "f/c", "g/a", "g/b"];

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.1)]
    [InlineData(3, 0.5)]
    [InlineData(4, 1.0)]
    public void RandomCalls_GiveTheSameContent(int seed, double reaching)
    {
        using var heldFolder = new DataFolder();
        using var plainFolder = new DataFolder();
        IStorageDisk[] disks =
            [heldFolder.Start(new PowerLossOptions(seed, reaching)), new LinuxDisk(plainFolder.Path, WalSyncMode.None)];
        var random = new Random(seed);
        foreach (var disk in disks)
        {
            disk.CreateDirectory("f");
            disk.CreateDirectory("g");
        }

        for (var step = 0; step < 1_000; step++)
        {
            Step(disks, random);
            AssertSame(disks, $"seed {seed}, step {step}");
        }
    }

    private static void Step(IStorageDisk[] disks, Random random)
    {
        var path = Names[random.Next(Names.Length)];
        var (kind, number, length) = (random.Next(12), random.Next(20_000), random.Next(9_000));
        var bytes = new byte[length];
        if (random.Next(4) > 0)
        {
            random.NextBytes(bytes);
        }

        foreach (var disk in disks)
        {
            if (!disk.Exists(path) || kind == 0)
            {
                disk.Open(path, FileUse.Create).Dispose();
                continue;
            }

            using var file = disk.Open(path, FileUse.Write);
            switch (kind)
            {
                case 1:
                    file.SetLength(number);
                    break;
                case 2:
                    file.Sync();
                    break;
                case 3:
                    disk.Rename(path, Names[number % Names.Length]);
                    break;
                case 4:
                    disk.Delete(path);
                    break;
                case 5:
                    disk.SyncDirectory(number % 2 == 0 ? "f" : "g");
                    break;
                case 6:
                    disk.SyncDirectory("");
                    break;
                default:
                    file.WriteAt(number, bytes);
                    break;
            }
        }
    }

    private static void AssertSame(IStorageDisk[] disks, string at)
    {
        foreach (var path in Names)
        {
            Assert.True(disks[0].Exists(path) == disks[1].Exists(path), $"{at}: {path} exists on one only");
            if (disks[0].Exists(path))
            {
                Assert.True(disks[0].ReadAll(path).AsSpan().SequenceEqual(disks[1].ReadAll(path)), $"{at}: {path} differs");
            }
        }

        Assert.Equal(disks[1].ListFiles("f").Order(), disks[0].ListFiles("f").Order());
    }
}
