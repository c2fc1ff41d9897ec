using ClusterLog.Raft.Membership;

namespace ClusterLog.Raft.Tests.Membership;

public sealed class ConfigurationCodecTests
{
    private static readonly Configuration Full = new(
        [new(1), new(2), new(3, 2)], [new(1), new(2), new(3), new(4)], [new(7, uint.MaxValue)], [new(4)], autoLeave: true);

    [Fact]
    public void Write_FullConfiguration_GivesTheGoldenBytes()
        => Assert.Equal(
            "01010300040001000100"
            + "0100000000000000" + "0200000000000000" + "0300000002000000"
            + "0100000000000000" + "0200000000000000" + "0300000000000000" + "0400000000000000"
            + "07000000FFFFFFFF"
            + "0400000000000000",
            Convert.ToHexString(ConfigurationCodec.Write(Full)));

    [Fact]
    public void Read_WhatWasWritten_IsEqual()
    {
        Configuration[] all = [Full, Configuration.Of(new ReplicaId(5)), new([new(1)], [new(1)], [], [], autoLeave: false)];
        Assert.All(all, one => Assert.Equal(one, ConfigurationCodec.Read(ConfigurationCodec.Write(one))));
    }

    [Fact]
    public void TryRead_AnyPrefixOrExtraByte_IsRefused()
    {
        var bytes = ConfigurationCodec.Write(Full);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(ConfigurationCodec.TryRead(bytes.AsSpan(0, length), out _, out var error));
            Assert.NotEmpty(error);
        }

        Assert.False(ConfigurationCodec.TryRead([.. bytes, 0], out _, out _));
    }

    [Theory]
    [InlineData(0, 2, "version 1 was expected")]
    [InlineData(1, 2, "flags 2")]
    [InlineData(2, 0, "Set 0")]
    [InlineData(3, 9, "Set 0")]
    [InlineData(10, 9, "rising order")]
    [InlineData(10, 0, "rising order")]
    [InlineData(66, 2, "a voter and a learner")]
    [InlineData(74, 2, "not just an outgoing voter")]
    public void TryRead_DamagedByte_SaysWhatIsWrong(int position, byte value, string text)
    {
        var bytes = ConfigurationCodec.Write(Full);
        bytes[position] = value;
        if (position == 66)
        {
            bytes.AsSpan(70, 4).Clear();
        }

        Assert.False(ConfigurationCodec.TryRead(bytes, out _, out var error));
        Assert.Contains(text, error, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => ConfigurationCodec.Read(bytes));
    }

    [Fact]
    public void TryRead_RandomBytes_NeverThrows()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = random.Next(2) == 0 ? new byte[random.Next(60)] : ConfigurationCodec.Write(Full);
            if (bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            if (ConfigurationCodec.TryRead(bytes, out var configuration, out _))
            {
                Assert.Equal(bytes, ConfigurationCodec.Write(configuration));
            }
        }
    }
}
