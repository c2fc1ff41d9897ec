namespace ClusterLog.Load;

/// <summary>What load is made.</summary>
/// <param name="Bootstrap">Brokers to begin with, as <c>host:port</c>.</param>
/// <param name="Topic">An existing, empty topic.</param>
/// <param name="Rate">Records a second, over all partitions in turn.</param>
/// <param name="RecordBytes">Bytes of each value; at least 8, for its number.</param>
/// <param name="Interval">How often figures are written.</param>
internal sealed record LoadOptions(
    IReadOnlyList<string> Bootstrap, string Topic, int Rate, int RecordBytes, TimeSpan Interval);
