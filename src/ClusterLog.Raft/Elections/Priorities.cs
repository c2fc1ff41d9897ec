namespace ClusterLog.Raft.Elections;

/// <summary>
/// Which members are preferred as leaders; 0 for all that nothing was said of. It is the broker that is preferred, whichever
/// incarnation lives there.
/// </summary>
internal sealed class Priorities
{
    private readonly Dictionary<int, int> _values = [];

    /// <summary>True while nobody is preferred to anybody.</summary>
    public bool AreEqual => _values.Count == 0;

    public int Of(ReplicaId replica) => _values.GetValueOrDefault(replica.Value);

    /// <summary>Returns false when nothing has changed.</summary>
    public bool Set(ReplicaId replica, int priority)
    {
        if (Of(replica) == priority)
        {
            return false;
        }

        if (priority == 0)
        {
            _values.Remove(replica.Value);
        }
        else
        {
            _values[replica.Value] = priority;
        }

        return true;
    }
}
