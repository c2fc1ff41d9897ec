using ClusterLog.Broker.Compaction;

namespace ClusterLog.Broker.Tests.Compaction;

public sealed class PartitionProgressTests
{
    private const long MiB = 1 << 20;

    private readonly CompactionOptions _options = new();
    private readonly PartitionProgress _progress = new(new object());

    [Fact]
    public void Next_OfNothing_IsNone() =>
        Assert.Equal(CompactionStep.None, Next(new LogDirt(0, 100 * MiB, 0), minutes: 0));

    [Fact]
    public void Next_OfEnoughDirt_IsARunAtOnce() =>
        Assert.Equal(CompactionStep.Compact, Next(new LogDirt(50 * MiB, 100 * MiB, 0), minutes: 0));

    [Fact]
    public void Next_OfATenthOfEnough_IsARunAfterTenTimesAsLong()
    {
        var dirt = new LogDirt(5 * MiB, 100 * MiB, 0);
        Assert.Equal(CompactionStep.None, Next(dirt, minutes: 0));
        Assert.Equal(CompactionStep.None, Next(dirt, minutes: 149));
        Assert.Equal(CompactionStep.Compact, Next(dirt, minutes: 150));

        // From the next dirt on the time begins anew.
        _progress.Note(new CompactionOutcome(1, 1, 0, 0, new TombstoneMap(1)), CompactionStep.Compact);
        Assert.Equal(CompactionStep.None, Next(dirt, minutes: 151));
        Assert.Equal(CompactionStep.None, Next(dirt, minutes: 300));
        Assert.Equal(CompactionStep.Compact, Next(dirt, minutes: 301));
    }

    [Fact]
    public void Next_OfASmallSegmentThatGrows_IsItsEndAfterAWhile()
    {
        var dirt = new LogDirt(0, 0, 1_000);
        Assert.Equal(CompactionStep.None, Next(dirt, minutes: 0));
        Assert.Equal(CompactionStep.None, Next(dirt, minutes: 14));
        Assert.Equal(CompactionStep.EndSegment, Next(dirt, minutes: 15));
        Assert.Equal(CompactionStep.Compact, Next(new LogDirt(1_000, 1_000, 10), minutes: 15));
    }

    [Fact]
    public void Next_OfASegmentThatMakesARunWorthIt_IsItsEndAtOnce()
    {
        Assert.Equal(CompactionStep.None, Next(new LogDirt(0, 5 * MiB, 4 * MiB), minutes: 0));
        Assert.Equal(CompactionStep.EndSegment, Next(new LogDirt(0, 5 * MiB, 5 * MiB), minutes: 0));
        Assert.Equal(CompactionStep.EndSegment, Next(new LogDirt(20 * MiB, 100 * MiB, 60 * MiB), minutes: 0));
    }

    [Fact]
    public void Next_OnceTheHorizonHasPassedATombstone_IsARunOverThose()
    {
        var left = new TombstoneMap(1_000);
        left.Add(300);
        _progress.Note(new CompactionOutcome(1_000, 1_000, 0, 0, left), CompactionStep.Compact);
        Assert.Equal(CompactionStep.None, Next(new LogDirt(0, MiB, 0), minutes: 0, horizon: 300));
        Assert.Equal(CompactionStep.DropTombstones, Next(new LogDirt(0, MiB, 0), minutes: 0, horizon: 301));
        Assert.Equal(CompactionStep.Compact, Next(new LogDirt(MiB, MiB, 0), minutes: 0, horizon: 301));
    }

    [Fact]
    public void WaitOfTombstones_WhileTheHorizonStands_Grows()
    {
        Assert.Equal(TimeSpan.Zero, _progress.WaitOfTombstones(0, TimeSpan.FromMinutes(5)));
        var left = new TombstoneMap(1_000);
        left.Add(300);
        _progress.Note(new CompactionOutcome(1_000, 1_000, 0, 0, left), CompactionStep.Compact);
        Assert.Equal(TimeSpan.Zero, _progress.WaitOfTombstones(0, TimeSpan.FromMinutes(6)));
        Assert.Equal(TimeSpan.FromMinutes(4), _progress.WaitOfTombstones(0, TimeSpan.FromMinutes(10)));
        Assert.Equal(TimeSpan.Zero, _progress.WaitOfTombstones(100, TimeSpan.FromMinutes(11)));
        Assert.Equal(TimeSpan.FromMinutes(1), _progress.WaitOfTombstones(100, TimeSpan.FromMinutes(12)));
    }

    private CompactionStep Next(LogDirt dirt, int minutes, long horizon = 0) =>
        _progress.Next(dirt, horizon, TimeSpan.FromMinutes(minutes), _options);
}
