namespace ClusterLog.Checking.Linearizability;

/// <summary>
/// Keeps the order of operations that got furthest in time. Copies only what changed since the last copy, so that a long
/// history in which each step sets a record does not cost its length at each.
/// </summary>
internal sealed class FurthestOrder
{
    private readonly List<int> _order = [];
    private int _shared;

    /// <summary>The return at which the search had to go back; 0 if it never had to.</summary>
    public int BlockedAt { get; private set; }

    public IReadOnlyList<int> Order => _order;

    /// <summary>The search took back an operation and has this many left.</summary>
    public void Shortened(int count) => _shared = Math.Min(_shared, count);

    /// <summary>The search is blocked at a return, with these operations taken.</summary>
    public void Offer(int blockedAt, List<int> order)
    {
        if (blockedAt < BlockedAt || (blockedAt == BlockedAt && order.Count <= _order.Count))
        {
            return;
        }

        BlockedAt = blockedAt;
        _order.RemoveRange(_shared, _order.Count - _shared);
        _order.AddRange(order.Skip(_shared));
        _shared = _order.Count;
    }
}
