using ClusterLog.Client.Producing;
using ClusterLog.Client.Tests.Support;

namespace ClusterLog.Client.Tests.Producing;

public class KeyHashTests
{
    // The vectors of Kafka's own test of its murmur2.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Compute_KnownKeys_GivesTheKnownHash(string key, int hash) =>
        Assert.Equal(hash, unchecked((int)KeyHash.Compute(Text.Bytes(key))));

    [Theory]
    [InlineData("21", 12, 0)]
    [InlineData("foobar", 12, 6)]
    [InlineData("abc", 6, 3)]
    [InlineData("", 1, 0)]
    public void PartitionOf_KnownKeys_NeverChanges(string key, int partitions, int partition) =>
        Assert.Equal(partition, KeyHash.PartitionOf(Text.Bytes(key), partitions));
}
