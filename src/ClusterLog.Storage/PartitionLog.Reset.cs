using ClusterLog.Raft;

namespace ClusterLog.Storage;

internal sealed partial class PartitionLog
{
    /// <inheritdoc />
    public void Reset(RaftSnapshot snapshot)
        => throw new NotSupportedException($"Group {Group} cannot begin after a snapshot at {snapshot.Index} yet.");
}
