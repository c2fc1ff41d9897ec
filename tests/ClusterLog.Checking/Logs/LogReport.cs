using System.Text;

namespace ClusterLog.Checking.Logs;

/// <summary>What a check of a log found. Of each kind, all are counted and the first few described.</summary>
public sealed class LogReport
{
    private readonly int _examplesMax;
    private readonly SortedDictionary<AnomalyKind, long> _counts = [];
    private readonly SortedDictionary<AnomalyKind, List<string>> _examples = [];
    private readonly List<string> _withoutFinalRead = [];

    internal LogReport(int examplesMax) => _examplesMax = examplesMax;

    /// <summary>
    /// Nothing was found. Look at <see cref="PartitionsWithoutFinalRead"/> too before saying that all is well.
    /// </summary>
    public bool IsClean => _counts.Count == 0;

    /// <summary>How many of each kind that was found.</summary>
    public IReadOnlyDictionary<AnomalyKind, long> Counts => _counts;

    /// <summary>Partitions of which loss, order, gaps and uncommitted reads could not be judged.</summary>
    public IReadOnlyList<string> PartitionsWithoutFinalRead => _withoutFinalRead;

    /// <summary>Examples of a kind, in words; empty if it was not found.</summary>
    public IReadOnlyList<string> Examples(AnomalyKind kind) => _examples.GetValueOrDefault(kind) ?? [];

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(IsClean ? "No anomalies.\n" : "");
        foreach (var (kind, count) in _counts)
        {
            text.Append(kind).Append(": ").Append(count).Append('\n');
            foreach (var example in _examples[kind])
            {
                text.Append("  ").Append(example).Append('\n');
            }
        }

        foreach (var partition in _withoutFinalRead)
        {
            text.Append("Not fully judged, for want of a final read: ").Append(partition).Append('\n');
        }

        return text.ToString();
    }

    internal void Add(AnomalyKind kind, string partition, string what)
    {
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        if (!_examples.TryGetValue(kind, out var examples))
        {
            _examples[kind] = examples = [];
        }

        if (examples.Count < _examplesMax)
        {
            examples.Add($"{partition}: {what}");
        }
    }

    internal void AddWithoutFinalRead(string partition) => _withoutFinalRead.Add(partition);
}
