using System.Text.Json;
using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Logs;

/// <summary>
/// Histories of a log as lines of <see cref="HistoryFormat"/>. The key is the partition; records are pairs of offset and
/// value. Polls, seeks, final reads and leader changes that are not ok showed nothing, and are left out.
/// <code>
/// produce  {"value":17,"offset":3}          the offset for type ok only
/// poll     {"records":[[3,17]],"term":2}    the term where it is known
/// seek     {"offset":3}
/// final    {"start":0,"records":[[0,11]]}   pieces of one final read in a row
/// leader   {"term":2}                       at its time of invocation
/// </code>
/// </summary>
public static class LogHistoryFormat
{
    /// <exception cref="HistoryFormatException">An operation is none of a log.</exception>
    public static LogHistory FromHistory(IEnumerable<HistoryOperation> history)
    {
        var produces = new List<ProduceOperation>();
        var polls = new List<PollOperation>();
        var seeks = new List<SeekOperation>();
        var finals = new List<FinalRead>();
        var leaders = new List<LeaderChange>();
        foreach (var o in history)
        {
            var partition = o.Key ?? throw Wrong(o, "it has no key, expected the partition.");
            switch (o.Function)
            {
                case "produce":
                    var sent = Value<ProduceValue>(o);
                    produces.Add(new(o.Process, partition, sent.Value, o.Outcome, sent.Offset, o.Invoked));
                    break;
                case "poll" or "seek" or "final" or "leader" when o.Outcome != Outcome.Ok:
                    break;
                case "poll":
                    var poll = Value<PollValue>(o);
                    var records = Records(o, poll.Records);
                    polls.Add(new(o.Process, partition, records, o.Invoked, o.Completed ?? o.Invoked, poll.Term));
                    break;
                case "seek":
                    seeks.Add(new(o.Process, partition, Value<SeekValue>(o).Offset, o.Invoked));
                    break;
                case "final":
                    var final = Value<FinalValue>(o);
                    finals.Add(new(o.Process, partition, final.Start, Records(o, final.Records)));
                    break;
                case "leader":
                    leaders.Add(new(partition, Value<LeaderValue>(o).Term, o.Invoked));
                    break;
                default:
                    throw Wrong(o, "expected produce, poll, seek, final or leader.");
            }
        }

        return new() { Produces = produces, Polls = polls, Seeks = seeks, FinalReads = finals, LeaderChanges = leaders };
    }

    public static HistoryOperation ToHistory(ProduceOperation o, long? completed) =>
        Line(o.Producer, o.Outcome, "produce", o.Partition, new ProduceValue(o.Value, o.Offset), o.Invoked, completed);

    public static HistoryOperation ToHistory(PollOperation o) => Line(
        o.Consumer, Outcome.Ok, "poll", o.Partition, new PollValue(Pairs(o.Records), o.Term), o.Invoked, o.Completed);

    public static HistoryOperation ToHistory(SeekOperation o) =>
        Line(o.Consumer, Outcome.Ok, "seek", o.Partition, new SeekValue(o.Offset), o.Invoked, o.Invoked);

    public static HistoryOperation ToHistory(FinalRead o, long invoked, long completed) => Line(
        o.Reader, Outcome.Ok, "final", o.Partition, new FinalValue(o.StartOffset, Pairs(o.Records)), invoked, completed);

    /// <param name="o">The change.</param>
    /// <param name="process">The broker that was elected, for the reader of the history.</param>
    public static HistoryOperation ToHistory(LeaderChange o, long process) =>
        Line(process, Outcome.Ok, "leader", o.Partition, new LeaderValue(o.Term), o.At, o.At);

    private static HistoryOperation Line<T>(
        long process, Outcome outcome, string function, string partition, T value, long invoked, long? completed)
    {
        var json = JsonSerializer.SerializeToElement(value, HistoryFormat.Json);
        return new(process, outcome, function, partition, json, invoked, completed);
    }

    private static T Value<T>(HistoryOperation o)
        where T : class
    {
        try
        {
            return o.Value.Deserialize<T>(HistoryFormat.Json) ?? throw Wrong(o, "its value is null.");
        }
        catch (JsonException e)
        {
            throw new HistoryFormatException($"{Name(o)}: {e.Message}", e);
        }
    }

    private static LogRecord[] Records(HistoryOperation o, long[][] pairs) => pairs
        .Select(pair => pair is [var offset, var value]
            ? new LogRecord(offset, value)
            : throw Wrong(o, "a record is not a pair of offset and value."))
        .ToArray();

    private static long[][] Pairs(IReadOnlyList<LogRecord> records) =>
        records.Select(record => new[] { record.Offset, record.Value }).ToArray();

    private static HistoryFormatException Wrong(HistoryOperation o, string what) => new($"{Name(o)}: {what}");

    private static string Name(HistoryOperation o) => $"The {o.Function} of process {o.Process} invoked at {o.Invoked}";

    private sealed record ProduceValue(long Value, long? Offset = null);

    private sealed record PollValue(long[][] Records, long? Term = null);

    private sealed record SeekValue(long Offset);

    private sealed record FinalValue(long Start, long[][] Records);

    private sealed record LeaderValue(long Term);
}
