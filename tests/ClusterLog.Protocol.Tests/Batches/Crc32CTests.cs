using System.Text;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Protocol.Tests.Batches;

public class Crc32CTests
{
    [Fact]
    public void Compute_OfKnownVectors_IsAsInRfc3720()
    {
        Assert.Equal(0u, Crc32C.Compute([]));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        Assert.Equal(0x113FDB5Cu, Crc32C.Compute(Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray()));
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
    }

    [Fact]
    public void Compute_OfAnyLength_IsAsBitByBit()
    {
        var bytes = new byte[20_000];
        new Random(5).NextBytes(bytes);
        int[] lengths = [.. Enumerable.Range(0, 70), 1023, 1024, 3071, 3072, 3073, 3079, 6144, 6151, 9216, 20_000];
        foreach (var length in lengths)
        {
            Assert.Equal(BitByBit(bytes.AsSpan(0, length)), Crc32C.Compute(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Append_OfParts_IsAsOfTheWhole()
    {
        var bytes = new byte[10_000];
        new Random(6).NextBytes(bytes);
        var whole = Crc32C.Compute(bytes);
        foreach (var at in new[] { 0, 1, 7, 3072, 5000, 9999, 10_000 })
        {
            Assert.Equal(whole, Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, at)), bytes.AsSpan(at)));
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }
}
