using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.ByHand;

public sealed class TrimTests : IDisposable
{
    private readonly HandCluster _cluster = new() { Checkpoints = new() { EntriesMax = 4 } };
    private readonly PartitionInfo _info = HandCluster.Info(1);

    public TrimTests()
    {
        _cluster.Start(1).Open(_info);
        _cluster.AwaitLeader(_info.Group);
    }

    private Partition Partition => _cluster[1].Partition(_info);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Trim_InTheMiddleOfABatch_HidesWhatIsBefore()
    {
        _cluster.Produce(1, _info, 7, 0, "a", "b", "c", "d");
        Assert.Equal(2, Trimmed(2));
        Assert.Equal((2L, 4L), (Partition.FirstOffset, Partition.HighWatermark));
        var below = _cluster.Fetch(1, _info, 1);
        Assert.Equal((ErrorCode.OffsetOutOfRange, 2L), (below.Code, below.FirstOffset));
        Assert.Equal(["c", "d"], _cluster.Fetch(1, _info, 2).Values);
    }

    [Fact]
    public void Trim_BackwardsOrAgain_ChangesNothing()
    {
        _cluster.Produce(1, _info, 7, 0, "a", "b", "c", "d");
        Trim(3);
        var before = _cluster[1].Replica(_info.Group).Log.LastIndex;
        Assert.Equal(3, Trimmed(3));
        Assert.Equal(3, Trimmed(0));
        Assert.Equal(before, _cluster[1].Replica(_info.Group).Log.LastIndex);
    }

    [Fact]
    public void Trim_BeyondTheEnd_IsRefusedAndNamesWhatThereIs()
    {
        _cluster.Produce(1, _info, 7, 0, "a", "b");
        var refused = Assert.IsType<BrokerException>(Trim(3).Done.Exception!.InnerException);
        Assert.Equal(ErrorCode.OffsetOutOfRange, refused.Code);
        Assert.Contains("0 to 1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, Trimmed(2));
        Assert.Equal(2, _cluster.Produce(1, _info, 7, 2, "c").Offset);
    }

    [Fact]
    public void Trim_ThatFollowsTheEndAtADistance_FreesTheDiskAsItGoes()
    {
        for (var i = 0; i < 200; i++)
        {
            _cluster.Produce(1, _info, 7, i, new string('x', 200));
            _cluster.Tick();
            if (i > 40)
            {
                Trim(i - 40);
            }
        }

        var log = _cluster[1].Replica(_info.Group).Log;
        Assert.InRange(log.FirstOffset, 60, Partition.StartOffset);
        var bytes = Directory.EnumerateFiles(Path.Combine(_cluster[1].Folder, "segments", "1"), "*.log")
            .Sum(file => new FileInfo(file).Length);
        Assert.True(bytes < 130 * 400, $"{bytes} bytes of segments");
    }

    [Fact]
    public void Restart_AfterATrim_KeepsTheStart()
    {
        for (var i = 0; i < 10; i++)
        {
            _cluster.Produce(1, _info, 7, i, $"v{i}");
        }

        Trim(6);
        _cluster.Tick(2);
        _cluster.Restart(1).Open(_info);
        _cluster.AwaitLeader(_info.Group);
        Assert.Equal(6, Partition.FirstOffset);
        Assert.Equal(["v6", "v7", "v8", "v9"], _cluster.Fetch(1, _info, 6).Values);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c0")]
    [InlineData("9101")]
    [InlineData("920200")]
    [InlineData("930200ff")]
    [InlineData("9302ff00")]
    [InlineData("93040000")]
    [InlineData("9201ff")]
    public void Decode_OfNoCommand_SaysWhy(string hex)
    {
        Assert.Null(PartitionCommandCodec.Decode(Convert.FromHexString(hex), out var error));
        Assert.False(string.IsNullOrEmpty(error));
    }

    [Fact]
    public void Encode_OfATrim_GivesGoldenBytesThatReadBack()
    {
        var bytes = PartitionCommandCodec.Encode(new TrimCommand(300));
        Assert.Equal("9201cd012c", Convert.ToHexStringLower(bytes.Span));
        Assert.Equal(new TrimCommand(300), PartitionCommandCodec.Decode(bytes, out _));
        Assert.Equal(new TrimCommand(300), PartitionCommandCodec.Decode(Convert.FromHexString("9301cd012c91c0"), out _));
    }

    private long Trimmed(long startOffset)
    {
        var done = Trim(startOffset).Done;
        Assert.True(done.IsCompletedSuccessfully, $"{done.Exception}");
        return done.Result;
    }

    private TrimWork Trim(long startOffset)
    {
        var work = new TrimWork(_info, startOffset) { DeadlineMilliseconds = long.MaxValue };
        _cluster[1].Post(_info.Group, work);
        _cluster.Settle();
        return work;
    }
}
