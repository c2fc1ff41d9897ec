using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Logs;

namespace ClusterLog.Checking.Tests.Logs;

/// <summary>A small clean history of one partition, to break in one place at a time.</summary>
internal static class LogHistories
{
    public const string Partition = "orders/0";

    /// <summary>
    /// Two producers, every outcome, two consumers, a seek, a change of leader. In the end the log is
    /// 0: 10, 1: 20, 2: 11, 3: 12 (unknown), 4: 21, 5: 13.
    /// </summary>
    public static LogHistory Clean { get; } = new()
    {
        Produces =
        [
            Sent(1, 10, 0, at: 0),
            Sent(2, 20, 1, at: 1),
            Sent(1, 11, 2, at: 2),
            Sent(1, 12, null, at: 4, Outcome.Unknown),
            Sent(2, 21, 4, at: 5),
            Sent(1, 13, 5, at: 6),
            Sent(1, 14, null, at: 7, Outcome.Failed),
            Sent(2, 22, null, at: 8, Outcome.Unknown),
        ],
        Polls =
        [
            Poll(7, at: 10, (0, 10), (1, 20)),
            Poll(7, at: 20),
            Poll(7, at: 30, (2, 11), (3, 12), (4, 21)),
            Poll(7, at: 40, (5, 13)),
            Poll(8, at: 10, (0, 10)),
            Poll(8, at: 30, (3, 12)),
            Poll(8, at: 40, (4, 21), (5, 13)),
        ],
        Seeks = [new(8, Partition, 3, 25)],
        FinalReads = [Final(0, (0, 10), (1, 20), (2, 11), (3, 12), (4, 21), (5, 13))],
        LeaderChanges = [new(Partition, 1, 0), new(Partition, 2, 28)],
    };

    public static ProduceOperation Sent(long producer, long value, long? offset, long at, Outcome outcome = Outcome.Ok) =>
        new(producer, Partition, value, outcome, offset, at);

    public static PollOperation Poll(long consumer, long at, params (long Offset, long Value)[] records) =>
        new(consumer, Partition, Records(records), at, at + 5, Term: at < 28 ? 1 : 2);

    public static FinalRead Final(long start, params (long Offset, long Value)[] records) =>
        new(100, Partition, start, Records(records));

    /// <summary>The clean history with another final read.</summary>
    public static LogHistory WithFinal(params FinalRead[] finals) => With(finals: finals);

    /// <summary>The clean history and a consumer of its own with some polls.</summary>
    public static LogHistory AndPolls(params PollOperation[] polls) => With(polls: [.. Clean.Polls, .. polls]);

    public static LogHistory With(
        IReadOnlyList<ProduceOperation>? produces = null,
        IReadOnlyList<PollOperation>? polls = null,
        IReadOnlyList<FinalRead>? finals = null) => new()
        {
            Produces = produces ?? Clean.Produces,
            Polls = polls ?? Clean.Polls,
            Seeks = Clean.Seeks,
            FinalReads = finals ?? Clean.FinalReads,
            LeaderChanges = Clean.LeaderChanges,
        };

    private static LogRecord[] Records((long Offset, long Value)[] records) =>
        [.. records.Select(record => new LogRecord(record.Offset, record.Value))];
}
