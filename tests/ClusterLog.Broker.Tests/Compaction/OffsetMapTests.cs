using ClusterLog.Broker.Compaction;

namespace ClusterLog.Broker.Tests.Compaction;

public sealed class OffsetMapTests
{
    [Fact]
    public void Latest_AfterAnyAdds_IsThatOfADictionary()
    {
        var random = new Random(1);
        var map = new OffsetMap(1000 * OffsetMap.PlaceBytes);
        var model = new Dictionary<KeyDigest, long>();
        for (var offset = 0L; offset < 5000; offset++)
        {
            // Few values of the half that chooses the place, so that keys come to lie behind each other.
            var key = new KeyDigest((ulong)random.Next(7), (ulong)random.Next(100));
            Assert.True(map.TryAdd(key, offset));
            model[key] = offset;
        }

        Assert.Equal(model.Count, map.Count);
        Assert.All(model, pair => Assert.Equal(pair.Value, map.Latest(pair.Key)));
        Assert.Equal(-1, map.Latest(new KeyDigest(3, 1000)));
        map.Clear();
        Assert.All(model, pair => Assert.Equal(-1, map.Latest(pair.Key)));
    }

    [Fact]
    public void TryAdd_OfTooManyKeys_RefusesNewOnesOnly()
    {
        var map = new OffsetMap(100 * OffsetMap.PlaceBytes);
        var added = 0;
        while (map.TryAdd(KeyDigest.Of(BitConverter.GetBytes(added)), added))
        {
            added++;
        }

        Assert.Equal(80, added);
        Assert.True(map.TryAdd(KeyDigest.Of(BitConverter.GetBytes(5)), 1000));
        Assert.Equal(1000, map.Latest(KeyDigest.Of(BitConverter.GetBytes(5))));
        Assert.Equal(-1, map.Latest(KeyDigest.Of(BitConverter.GetBytes(added))));
    }

    [Fact]
    public void Of_AKey_IsTheBeginningOfItsSha256()
    {
        // SHA-256 of "abc" begins ba7816bf 8f01cfea 414140de 5dae2223.
        var digest = KeyDigest.Of("abc"u8);
        Assert.Equal((0xEACF018FBF1678BAUL, 0x2322AE5DDE404141UL), (digest.High, digest.Low));
    }
}
