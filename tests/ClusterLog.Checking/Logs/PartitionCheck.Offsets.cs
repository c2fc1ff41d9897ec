namespace ClusterLog.Checking.Logs;

/// <summary>Which offset means which record.</summary>
internal sealed partial class PartitionCheck
{
    private void FindMisplaced()
    {
        var valuesByOffset = ValuesByOffset();
        var places = Grouped(Places().Select(record => (record.Value, record.Offset)));
        FindInconsistentOffsets(valuesByOffset, places);
        FindDuplicates(valuesByOffset, places);
    }

    private void FindGaps()
    {
        foreach (var final in _finals)
        {
            var expected = final.StartOffset;
            foreach (var record in final.Records)
            {
                if (record.Offset != expected)
                {
                    Add(
                        AnomalyKind.OffsetGap,
                        $"final reader {final.Reader} expected offset {expected} and found {record.Offset}, value {record.Value}");
                }

                expected = record.Offset + 1;
            }
        }
    }

    private void FindInconsistentOffsets(
        Dictionary<long, HashSet<long>> valuesByOffset,
        Dictionary<long, HashSet<long>> places)
    {
        foreach (var (offset, values) in valuesByOffset.Where(pair => pair.Value.Count > 1).OrderBy(pair => pair.Key))
        {
            Add(AnomalyKind.InconsistentOffset, $"offset {offset} has the values {Show(values)}");
        }

        foreach (var sent in Acknowledged)
        {
            if (places.TryGetValue(sent.Value, out var offsets) && !offsets.Contains(sent.Offset!.Value))
            {
                Add(
                    AnomalyKind.InconsistentOffset,
                    $"value {sent.Value} was acknowledged at offset {sent.Offset} and is at {Show(offsets)}");
            }
        }

        var known = new HashSet<LogRecord>();
        foreach (var poll in _polls)
        {
            foreach (var record in poll.Records.Where(record => record.Offset >= _judgedFrom && IsSent(record.Value)))
            {
                if (IsInFinalLog(record.Value) && !IsInFinalLog(record) && known.Add(record))
                {
                    Add(
                        AnomalyKind.InconsistentOffset,
                        $"consumer {poll.Consumer} read {Show(record)}, the final log has it at {Show(places[record.Value])}");
                }
            }
        }
    }

    private void FindDuplicates(Dictionary<long, HashSet<long>> valuesByOffset, Dictionary<long, HashSet<long>> places)
    {
        foreach (var (value, offsets) in places.Where(pair => pair.Value.Count > 1))
        {
            // Replicas that disagree about an offset are inconsistent; that does not make its records duplicates.
            if (!offsets.Any(offset => valuesByOffset[offset].Count > 1))
            {
                Add(AnomalyKind.DuplicateRecord, $"value {value} is at offsets {Show(offsets)}");
            }
        }
    }

    /// <summary>
    /// Values at each offset by final logs; where these cannot tell, by acknowledgements and consumers.
    /// </summary>
    private Dictionary<long, HashSet<long>> ValuesByOffset()
    {
        var values = Grouped(Places().Select(record => (record.Offset, record.Value)));
        var seen = Places().Select(record => record.Value).ToHashSet();

        // A value that was seen elsewhere is reported as acknowledged at another offset than its own.
        foreach (var sent in Acknowledged.Where(sent => sent.Offset < _judgedFrom && !seen.Contains(sent.Value)))
        {
            if (!values.TryGetValue(sent.Offset!.Value, out var there))
            {
                values[sent.Offset.Value] = there = [];
            }

            there.Add(sent.Value);
        }

        return values;
    }

    /// <summary>Where values are by final logs; where these cannot tell, by consumers. Phantoms are left out.</summary>
    private IEnumerable<LogRecord> Places() => _finals
        .SelectMany(final => final.Records)
        .Concat(_polls.SelectMany(poll => poll.Records).Where(record => record.Offset < _judgedFrom))
        .Where(record => IsSent(record.Value));

    private static string Show(HashSet<long> numbers) => string.Join(", ", numbers.Order());

    private static Dictionary<long, HashSet<long>> Grouped(IEnumerable<(long Key, long Item)> pairs)
    {
        var groups = new Dictionary<long, HashSet<long>>();
        foreach (var (key, item) in pairs)
        {
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = [];
            }

            group.Add(item);
        }

        return groups;
    }
}
