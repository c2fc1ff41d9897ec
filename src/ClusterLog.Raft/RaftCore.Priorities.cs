namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    /// <summary>
    /// Prefers members as leaders: higher is preferred, all start at 0. A member of lower priority waits longer before it
    /// campaigns; a leader that has led for an election timeout hands over to a caught-up, active voter of higher
    /// priority, ever less eagerly while leadership comes back to it. Kept for members not in the configuration too, in
    /// memory only: the driver says it again after a restart. Every replica of a group should be told the same.
    /// </summary>
    public void SetPriority(ReplicaId replica, int priority)
        => throw new NotSupportedException($"Priority {priority} of {replica}: priorities are not heeded yet.");
}
