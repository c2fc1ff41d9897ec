using ClusterLog.Raft;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Tests.Compaction;

public sealed class SegmentNameTests
{
    private const string Grown = "00000000000000000007.log";
    private const string Compacted = "00000000000000000007-00000000000000000090-0000000003.log";

    [Fact]
    public void TryParse_OfBothKinds_GivesWhatWasWritten()
    {
        Assert.Equal(new SegmentName(new LogIndex(7)), SegmentName.TryParse(Grown));
        Assert.Equal(new SegmentName(new LogIndex(7), new LogIndex(90), 3), SegmentName.TryParse(Compacted));
        Assert.Equal(Grown, SegmentName.TryParse(Grown)!.Value.FileName);
        Assert.Equal(Compacted, SegmentName.TryParse(Compacted)!.Value.FileName);
        Assert.Equal(Path.ChangeExtension(Compacted, "idx"), SegmentName.TryParse(Compacted)!.Value.IndexName);
    }

    [Theory]
    [InlineData("7.log")]
    [InlineData("0000000000000000000x.log")]
    [InlineData("00000000000000000007.idx")]
    [InlineData("00000000000000000007.log.tmp")]
    [InlineData("00000000000000000007-00000000000000000090-0000000000.log")]
    [InlineData("00000000000000000007+00000000000000000090-0000000003.log")]
    [InlineData("00000000000000000007-00000000000000000090-9999999999.log")]
    public void TryParse_OfAnythingElse_IsNull(string name) => Assert.Null(SegmentName.TryParse(name));

    [Fact]
    public void Current_AfterACrash_HasTheNewestOfEachPlace()
    {
        SegmentName[] kept =
        [
            new(new LogIndex(1), new LogIndex(40), 5), new(new LogIndex(41), new LogIndex(60), 1), new(new LogIndex(61)),
            new(new LogIndex(81)),
        ];
        SegmentName[] gone =
        [
            new(new LogIndex(1), new LogIndex(20), 4), new(new LogIndex(1)), new(new LogIndex(21), new LogIndex(40), 1),
            new(new LogIndex(31)), new(new LogIndex(41)),
        ];
        var superseded = new List<SegmentName>();
        var current = SegmentName.Current(gone.Concat(kept).Reverse().Select(name => name.FileName), superseded);
        Assert.Equal(kept, current);
        Assert.Equal(gone.ToHashSet(), superseded.ToHashSet());
    }
}
