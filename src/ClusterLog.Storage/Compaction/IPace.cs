namespace ClusterLog.Storage.Compaction;

/// <summary>Holds back who reads and writes in the background, so that the disk stays free for others.</summary>
internal interface IPace
{
    /// <summary>Waits until so many bytes may be read or written.</summary>
    ValueTask SpendAsync(long bytes, CancellationToken cancellationToken);
}
