using ClusterLog.Broker.Partitions;

namespace ClusterLog.Broker.Tests.Partitions;

public sealed class TombstoneHorizonTests
{
    [Fact]
    public void After_EachCommand_WhatWasPendingIsEffective()
    {
        var horizon = default(TombstoneHorizon).After(new CleanedCommand(100, 1_000));
        Assert.Equal(new TombstoneHorizon(0, 100, 1_000), horizon);
        horizon = horizon.After(new CleanedCommand(250, 5_000));
        Assert.Equal(new TombstoneHorizon(100, 250, 5_000), horizon);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(100)]
    public void After_ACommandThatIsNotBeyond_NothingHasChanged(long offset)
    {
        var horizon = new TombstoneHorizon(50, 100, 1_000);
        Assert.Equal(horizon, horizon.After(new CleanedCommand(offset, 9_000)));
    }

    [Fact]
    public void At_WithinTheGrace_IsWhatWasBefore_AndBehindItWhatIsPending()
    {
        var horizon = new TombstoneHorizon(50, 100, 1_000);
        Assert.Equal(50, horizon.At(1_000, 500));
        Assert.Equal(50, horizon.At(1_499, 500));
        Assert.Equal(100, horizon.At(1_500, 500));
        Assert.Equal(100, horizon.At(1_000, 0));

        // A clock that is behind, and the longest grace.
        Assert.Equal(50, horizon.At(0, 0));
        Assert.Equal(50, horizon.At(long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void IsMature_OfNone_IsTrueWhateverTheGrace()
    {
        Assert.True(default(TombstoneHorizon).IsMature(0, long.MaxValue));
        Assert.Equal(0, default(TombstoneHorizon).At(0, long.MaxValue));
    }

    [Fact]
    public void Encode_OfACleanedCommand_GivesGoldenBytesThatReadBack()
    {
        var command = new CleanedCommand(300, 0x18c00000000);
        var bytes = PartitionCommandCodec.Encode(command);
        Assert.Equal("9302cd012ccf0000018c00000000", Convert.ToHexStringLower(bytes.Span));
        Assert.Equal(command, PartitionCommandCodec.Decode(bytes, out _));
        Assert.Equal(
            command, PartitionCommandCodec.Decode(Convert.FromHexString("9402cd012ccf0000018c0000000091c0"), out _));
    }
}
