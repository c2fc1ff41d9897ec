using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Logs;
using ClusterLog.Checking.Tests.Histories;

namespace ClusterLog.Checking.Tests.Logs;

public sealed class LogHistoryFormatTests
{
    [Fact]
    public void FromHistory_OfWhatToHistoryGave_IsTheSame()
    {
        var clean = LogHistories.Clean;
        IEnumerable<HistoryOperation> operations =
        [
            .. clean.Produces.Select(o => LogHistoryFormat.ToHistory(o, o.Outcome == Outcome.Unknown ? null : o.Invoked + 1)),
            .. clean.Polls.Select(LogHistoryFormat.ToHistory),
            .. clean.Seeks.Select(LogHistoryFormat.ToHistory),
            .. clean.FinalReads.Select(o => LogHistoryFormat.ToHistory(o, 50, 60)),
            .. clean.LeaderChanges.Select(o => LogHistoryFormat.ToHistory(o, process: 3)),
        ];
        var read = LogHistoryFormat.FromHistory(Lines.Read(Lines.Write(operations)));

        Assert.Equal(clean.Produces, read.Produces);
        Assert.Equal(clean.Seeks, read.Seeks);
        Assert.Equal(clean.LeaderChanges, read.LeaderChanges);
        Assert.Equal(clean.Polls.Select(o => o with { Records = [] }), read.Polls.Select(o => o with { Records = [] }));
        Assert.Equal(clean.Polls.SelectMany(o => o.Records), read.Polls.SelectMany(o => o.Records));
        Assert.Equal(clean.FinalReads.SelectMany(o => o.Records), read.FinalReads.SelectMany(o => o.Records));
        Assert.True(LogChecker.Check(read).IsClean);
    }

    [Fact]
    public void FromHistory_LinesAsDocumented_AreRead()
    {
        var history = LogHistoryFormat.FromHistory(Lines.Read(
            """
            {"process":1,"type":"ok","function":"produce","key":"p","value":{"value":17,"offset":3},"invoked":1,"completed":2}
            {"process":1,"type":"info","function":"produce","key":"p","value":{"value":18},"invoked":3}
            {"process":2,"type":"ok","function":"poll","key":"p","value":{"records":[[3,17]],"term":2},"invoked":4,"completed":5}
            {"process":2,"type":"fail","function":"poll","key":"p","value":null,"invoked":6,"completed":7}
            {"process":2,"type":"ok","function":"seek","key":"p","value":{"offset":3},"invoked":8,"completed":8}
            {"process":9,"type":"ok","function":"final","key":"p","value":{"start":3,"records":[]},"invoked":9,"completed":9}
            {"process":3,"type":"ok","function":"leader","key":"p","value":{"term":2},"invoked":0,"completed":0}
            """));

        Assert.Equal(
            [new(1, "p", 17, Outcome.Ok, 3, 1), new ProduceOperation(1, "p", 18, Outcome.Unknown, null, 3)], history.Produces);
        var poll = Assert.Single(history.Polls);
        Assert.Equal((2L, 2L, new LogRecord(3, 17)), (poll.Consumer, poll.Term, Assert.Single(poll.Records)));
        Assert.Equal(new SeekOperation(2, "p", 3, 8), Assert.Single(history.Seeks));
        Assert.Equal((9L, 3L), (history.FinalReads[0].Reader, history.FinalReads[0].StartOffset));
        Assert.Equal(new LeaderChange("p", 2, 0), Assert.Single(history.LeaderChanges));
    }

    [Theory]
    [InlineData("""{"process":1,"type":"ok","function":"poll","value":{"records":[]},"invoked":5,"completed":6}""", "The poll of process 1 invoked at 5: it has no key, expected the partition.")]
    [InlineData("""{"process":1,"type":"ok","function":"pull","key":"p","value":{},"invoked":5,"completed":6}""", "The pull of process 1 invoked at 5: expected produce, poll, seek, final or leader.")]
    [InlineData("""{"process":1,"type":"ok","function":"poll","key":"p","value":{"records":[[1]]},"invoked":5,"completed":6}""", "The poll of process 1 invoked at 5: a record is not a pair of offset and value.")]
    [InlineData("""{"process":1,"type":"ok","function":"poll","key":"p","value":{},"invoked":5,"completed":6}""", "The poll of process 1 invoked at 5: JSON deserialization")]
    [InlineData("""{"process":1,"type":"ok","function":"seek","key":"p","value":null,"invoked":5,"completed":6}""", "The seek of process 1 invoked at 5: its value is null.")]
    public void FromHistory_NotOfALog_NamesTheOperation(string line, string message)
    {
        var history = Lines.Read(line + "\n");
        var exception = Assert.Throws<HistoryFormatException>(() => LogHistoryFormat.FromHistory(history));
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }
}
