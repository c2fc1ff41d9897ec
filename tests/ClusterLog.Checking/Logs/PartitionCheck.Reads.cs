using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Logs;

/// <summary>What consumers got.</summary>
internal sealed partial class PartitionCheck
{
    private void FindUncommittedReads()
    {
        var known = new HashSet<long>();
        foreach (var poll in _polls)
        {
            foreach (var record in poll.Records.Where(record => record.Offset >= _judgedFrom))
            {
                // An acknowledged value that is not there is lost, and reading it was no fault.
                if (!_sent.TryGetValue(record.Value, out var sent)
                    || sent.Outcome == Outcome.Ok
                    || IsInFinalLog(record.Value)
                    || !known.Add(record.Value))
                {
                    continue;
                }

                var later = _leaders.FirstOrDefault(leader => leader.Term > poll.Term && leader.At <= poll.Completed);
                FormattableString read =
                    $"consumer {poll.Consumer} read {Show(record)}, which the final log does not hold";
                if (later is not null)
                {
                    Add(
                        AnomalyKind.DirtyRead,
                        $"{read}, at {poll.Completed} from the leader of term {poll.Term}; term {later.Term} began at {later.At}");
                }
                else
                {
                    Add(AnomalyKind.UncommittedRead, read);
                }
            }
        }
    }

    private void FindConsumersOutOfStep()
    {
        var held = _finals.SelectMany(final => final.Records).Select(record => record.Offset);
        var offsets = held.Distinct().Order().ToArray();
        var seeks = _seeks.Select(seek => (seek.Consumer, Time: seek.Invoked, Step: (object)seek));
        var polls = _polls.Select(poll => (poll.Consumer, Time: poll.Invoked, Step: (object)poll));
        foreach (var steps in seeks.Concat(polls).GroupBy(step => step.Consumer))
        {
            // The sort is stable, so at one time a seek comes before a poll.
            long? last = null;
            foreach (var step in steps.OrderBy(step => step.Time))
            {
                last = step.Step is SeekOperation seek ? seek.Offset - 1 : Follow((PollOperation)step.Step, last, offsets);
            }
        }
    }

    /// <summary>Follows a consumer through a poll, and returns its last offset.</summary>
    private long? Follow(PollOperation poll, long? last, long[] offsets)
    {
        foreach (var record in poll.Records)
        {
            if (record.Offset <= last)
            {
                Add(
                    AnomalyKind.NonMonotonicPoll,
                    $"consumer {poll.Consumer} got offset {record.Offset} after {last}, at {poll.Completed}");
            }
            else if (last is not null && FirstBetween(offsets, last.Value, record.Offset) is { } skipped)
            {
                Add(
                    AnomalyKind.SkippedRecord,
                    $"consumer {poll.Consumer} got offset {record.Offset} after {last}, at {poll.Completed}, and never {skipped}");
            }

            last = record.Offset;
        }

        return last;
    }

    /// <summary>The first of the sorted offsets strictly between two others.</summary>
    private static long? FirstBetween(long[] offsets, long low, long high)
    {
        var found = Array.BinarySearch(offsets, low + 1);
        var index = found < 0 ? ~found : found;
        return index < offsets.Length && offsets[index] < high ? offsets[index] : null;
    }
}
