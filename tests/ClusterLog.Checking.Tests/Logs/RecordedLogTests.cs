using ClusterLog.Checking.Logs;
using FsCheck;
using FsCheck.Fluent;
using Outcome = ClusterLog.Checking.Histories.Outcome;

namespace ClusterLog.Checking.Tests.Logs;

public sealed class RecordedLogTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(200);

    private static Arbitrary<(int Seed, int Steps)> Runs => Arb.From(
        Gen.Choose(0, int.MaxValue).SelectMany(seed => Gen.Choose(0, 300).Select(steps => (seed, steps))));

    [Fact]
    public void Check_HistoryOfALogThatKeepsItsPromises_FindsNothing() => Prop.ForAll(Runs, run =>
    {
        var report = LogChecker.Check(RecordedLog.Record(run.Seed, run.Steps));
        Assert.True(report.IsClean, report.ToString());
    }).Check(Config);

    [Fact]
    public void Check_AnyAcknowledgedRecordTakenFromTheEnd_IsLost() => Prop.ForAll(Runs, run =>
    {
        var history = RecordedLog.Record(run.Seed, run.Steps);
        var acknowledged = history.Produces.Where(sent => sent.Outcome == Outcome.Ok).Select(sent => sent.Value).ToHashSet();
        FinalRead[] finals = [.. history.FinalReads.Select(final => final.Records.Count > 0 ? WithoutLast(final) : final)];
        var expected = history.FinalReads
            .Where(final => final.Records.Count > 0)
            .Count(final => acknowledged.Contains(final.Records[^1].Value));
        var report = LogChecker.Check(new() { Produces = history.Produces, FinalReads = finals });
        Assert.Equal(expected, report.Counts.GetValueOrDefault(AnomalyKind.LostRecord));
        Assert.Equal(expected == 0, report.IsClean);
    }).Check(Config);

    private static FinalRead WithoutLast(FinalRead final) => final with { Records = [.. final.Records.SkipLast(1)] };
}
