namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    /// <summary>
    /// True while the group has nothing to do and this replica's clock stands still: the driver need not call
    /// <see cref="Tick"/>, which does nothing then. It is to be looked at after each <see cref="TakeOutput"/>. Any other
    /// message, Propose, ProposeChange, RequestRead, TransferLeadership, Campaign, PeerUp of a member, and PeerDown of the
    /// leader, or of a member where this replica leads, wake it; from then on ticks are due again.
    /// </summary>
    public bool IsQuiet { get; private set; }
}
