using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Compaction.Keys;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Compaction;

public sealed class KeyStoreTests : IDisposable
{
    private const long MemoryBytes = 1 << 20;

    private readonly string _folder =
        Path.Combine(Directory.CreateTempSubdirectory("clusterlog-keys-").FullName, "keys");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task Open_AfterACheckpoint_FindsWhatItHeld_AndNothingLater()
    {
        using (var store = Open())
        {
            Put(store, count: 100_000, version: 0);
            store.SetPosition(new GroupId(1), new LogIndex(5), new Term(3));
            await store.CheckpointAsync(Cancelled);
            Put(store, count: 1000, version: 1);
            store.SetPosition(new GroupId(1), new LogIndex(6), new Term(4));
        }

        using var again = Open();
        Assert.Equal(new LogIndex(5), again.PositionOf(new GroupId(1)));
        Assert.Equal(new Term(3), again.TermOf(new GroupId(1)));
        Assert.Equal(LogIndex.Zero, again.PositionOf(new GroupId(2)));
        Check(again, count: 100_000, version: 0);
    }

    [Fact]
    public async Task Find_OfMoreKeysThanMemoryHolds_ReadsFromDisk_ThroughCheckpointsAndUpdates()
    {
        using var store = Open();
        for (var version = 0; version < 6; version++)
        {
            Put(store, count: 60_000, version);
            await store.CheckpointAsync(Cancelled);
        }

        Check(store, count: 60_000, version: 5);
        Assert.Null(store.Damage);
    }

    [Fact]
    public void Open_WithoutACheckpoint_IsEmpty()
    {
        using (var store = Open())
        {
            Put(store, count: 10, version: 0);
        }

        using var again = Open();
        Assert.Null(again.Find(new GroupId(1), Key(1)));
    }

    [Fact]
    public async Task Open_OfAnyDamagedFile_IsEmpty_OrTheDamageIsFoundWhenItIsRead()
    {
        using (var store = Open())
        {
            Put(store, count: 100_000, version: 0);
            await store.CheckpointAsync(Cancelled);
        }

        foreach (var path in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).ToArray())
        {
            var bytes = await File.ReadAllBytesAsync(path, Cancelled);
            if (bytes.Length == 0)
            {
                continue;
            }

            var copy = _folder + "-copy";
            CopyFolder(_folder, copy);
            bytes[bytes.Length / 2] ^= 0x10;
            await File.WriteAllBytesAsync(path.Replace(_folder, copy, StringComparison.Ordinal), bytes, Cancelled);
            using (var store = KeyStore.Open(copy, MemoryBytes, out _))
            {
                for (var i = 0; i < 100_000 && store.Damage is null; i++)
                {
                    var found = store.Find(new GroupId(1), Key(i));
                    if (store.Damage is null && store.PositionOf(new GroupId(1)) > LogIndex.Zero)
                    {
                        Assert.Equal(Expected(i, 0), found);
                    }
                }
            }

            Directory.Delete(copy, recursive: true);
        }
    }

    private static KeyDigest Key(int i) => KeyDigest.Of(BitConverter.GetBytes(i));

    private static long? Expected(int i, int version) => (i + version) % 7 == 0 ? null : (version * 1_000_000L) + i;

    private static void Put(KeyStore store, int count, int version)
    {
        for (var i = 0; i < count; i++)
        {
            store.Put(new GroupId(1), Key(i), (version * 1_000_000L) + i, isDeletion: Expected(i, version) is null);
        }

        store.SetPosition(new GroupId(1), new LogIndex(1), new Term(1));
    }

    private static void Check(KeyStore store, int count, int version)
    {
        for (var i = 0; i < count; i += 7 - (i % 3))
        {
            Assert.Equal(Expected(i, version), store.Find(new GroupId(1), Key(i)));
        }

        Assert.Null(store.Find(new GroupId(2), Key(1)));
        Assert.Null(store.Find(new GroupId(1), Key(count + 1)));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = path.Replace(from, to, StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }

    private KeyStore Open()
    {
        var store = KeyStore.Open(_folder, MemoryBytes, out var whyEmpty);
        Assert.Null(whyEmpty);
        return store;
    }
}
