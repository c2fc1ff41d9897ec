namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    /// <summary>
    /// Asks for the index that a linearizable read must wait for (ReadIndex, thesis 6.4). All reads that wait share one
    /// round of heartbeats, by which a majority confirms that this replica still led after they were asked for. A
    /// follower forwards the read to its leader. The answer comes by <see cref="RaftOutput.Reads"/>; when leadership is
    /// lost first, or a forwarded read is not answered within an election timeout, by
    /// <see cref="RaftOutput.FailedReads"/>.
    /// </summary>
    /// <param name="context">The driver's name for the read; of no meaning here, best unique.</param>
    public ReadRequestResult RequestRead(ulong context)
        => throw new NotSupportedException($"Read {context}: reads are not served yet.");
}
