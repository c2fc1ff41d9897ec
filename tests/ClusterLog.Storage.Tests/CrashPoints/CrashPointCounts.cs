namespace ClusterLog.Storage.Tests.CrashPoints;

/// <summary>How many crashes were tried, of which kind.</summary>
internal sealed class CrashPointCounts
{
    private readonly SortedDictionary<string, long> _byKind = new(StringComparer.Ordinal);

    public long States { get; private set; }

    public long Events { get; set; }

    /// <summary>After how many of them the store was written to, and opened again.</summary>
    public long WentOn { get; set; }

    public void Add(string kind)
    {
        States++;
        _byKind[kind] = _byKind.GetValueOrDefault(kind) + 1;
    }

    public override string ToString() =>
        FormattableString.Invariant($"{States} states after {Events} changes and syncs, {WentOn} gone on with: ")
        + string.Join(", ", _byKind.Select(item => FormattableString.Invariant($"{item.Key} {item.Value}")));
}
