using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Logs;

/// <summary>What was sent against what the log holds.</summary>
internal sealed partial class PartitionCheck
{
    private void FindLost()
    {
        foreach (var sent in Acknowledged)
        {
            var lacking = _finals.FirstOrDefault(final => final.StartOffset <= sent.Offset && !final.Holds(sent.Value));
            if (lacking is not null)
            {
                Add(
                    AnomalyKind.LostRecord,
                    $"{Sent(sent)}, acknowledged at offset {sent.Offset}, is not in the final log of reader {lacking.Reader}");
            }
        }
    }

    private void FindPhantoms()
    {
        var known = new HashSet<long>();
        foreach (var (record, role, reader) in Seen())
        {
            if (!IsSent(record.Value) && known.Add(record.Value))
            {
                Add(
                    AnomalyKind.PhantomRecord,
                    $"{role} {reader} read {Show(record)}, which nobody sent here");
            }
        }
    }

    private void FindFailedButWritten()
    {
        var known = new HashSet<long>();
        foreach (var (record, role, reader) in Seen())
        {
            // A failed value that a consumer saw, and that the log should hold but does not, is an uncommitted read.
            var isCommitted = record.Offset < _judgedFrom || IsInFinalLog(record.Value);
            if (isCommitted
                && _sent.TryGetValue(record.Value, out var sent)
                && sent.Outcome == Outcome.Failed
                && known.Add(record.Value))
            {
                Add(
                    AnomalyKind.FailedRecordWritten,
                    $"{role} {reader} read {Show(record)}, but producer {sent.Producer} was told that it failed");
            }
        }
    }

    private void FindReordered()
    {
        var positions = Acknowledged
            .GroupBy(sent => sent.Producer)
            .SelectMany(own => own.OrderBy(sent => sent.Invoked).Select((sent, position) => (sent.Value, position)))
            .ToDictionary(pair => pair.Value, pair => pair.position);
        var known = new HashSet<long>();
        foreach (var final in _finals)
        {
            var last = new Dictionary<long, ProduceOperation>();
            foreach (var record in final.Records.OrderBy(record => record.Offset))
            {
                // A second copy is a duplicate, and says nothing about order.
                if (!positions.TryGetValue(record.Value, out var position)
                    || final.FirstOffsetOf(record.Value) != record.Offset)
                {
                    continue;
                }

                var sent = _sent[record.Value];
                if (!last.TryGetValue(sent.Producer, out var before) || positions[before.Value] <= position)
                {
                    last[sent.Producer] = sent;
                }
                else if (known.Add(record.Value))
                {
                    Add(
                        AnomalyKind.ReorderedRecord,
                        $"{Sent(sent)}, sent at {sent.Invoked}, is at offset {record.Offset}, behind {before.Value}, sent at {before.Invoked}");
                }
            }
        }
    }

    private static FormattableString Sent(ProduceOperation sent) => $"value {sent.Value} of producer {sent.Producer}";

    /// <summary>Every record that anybody read, final readers first.</summary>
    private IEnumerable<(LogRecord Record, string Role, long Reader)> Seen() => _finals
        .SelectMany(final => final.Records.Select(record => (record, "final reader", final.Reader)))
        .Concat(_polls.SelectMany(poll => poll.Records.Select(record => (record, "consumer", poll.Consumer))));
}
