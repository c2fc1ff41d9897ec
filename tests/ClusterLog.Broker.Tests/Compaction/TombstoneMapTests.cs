using ClusterLog.Broker.Compaction;

namespace ClusterLog.Broker.Tests.Compaction;

public sealed class TombstoneMapTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 5_000)]
    [InlineData(3, 100_000_000)]
    public void MayHave_OfWhatWasAdded_MissesNone(int seed, long end)
    {
        var random = new Random(seed);
        var map = new TombstoneMap(end);
        var all = Enumerable.Range(0, 200).Select(_ => random.NextInt64(end)).ToHashSet();
        foreach (var offset in all)
        {
            map.Add(offset);
        }

        Assert.Equal(all.Min(), map.First);
        for (var i = 0; i < 2_000; i++)
        {
            var (from, below) = (random.NextInt64(end), random.NextInt64(end + 1));
            var to = from + random.NextInt64(end - from + 1);
            if (all.Any(offset => offset >= from && offset < to && offset < below))
            {
                Assert.True(map.MayHave(from, to, below), $"seed {seed}: {from} to {to}, below {below}");
            }
        }
    }

    [Fact]
    public void MayHave_WhereThereIsNone_IsFalse()
    {
        var map = new TombstoneMap(1_000);
        Assert.True(map.IsEmpty);
        Assert.Equal(long.MaxValue, map.First);
        Assert.False(map.MayHave(0, 1_000, 1_000));
        map.Add(500);
        Assert.False(map.MayHave(0, 500, 1_000));
        Assert.False(map.MayHave(501, 1_000, 1_000));
        Assert.False(map.MayHave(0, 1_000, 500));
        Assert.True(map.MayHave(500, 501, 501));
    }

    [Fact]
    public void After_ARunUpToALimit_IsWhatWasFoundAndWhatLiesBeyond()
    {
        var map = new TombstoneMap(1_000);
        foreach (var offset in new[] { 10L, 500, 700 })
        {
            map.Add(offset);
        }

        var found = new TombstoneMap(1_000);
        found.Add(20);
        var after = map.After(found, below: 600);
        Assert.Equal(20, after.First);
        Assert.False(after.MayHave(21, 700, 1_000));
        Assert.True(after.MayHave(700, 701, 1_000));
    }
}
