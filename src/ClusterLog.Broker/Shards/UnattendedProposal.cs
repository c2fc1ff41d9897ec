using ClusterLog.Protocol;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// A command that the broker proposes of its own accord. Nobody waits for it: what it asks for is done when its entry is
/// applied, and where it fails, whoever leads by then comes to propose another.
/// </summary>
internal sealed class UnattendedProposal : Proposal
{
    protected override void OnCompleted()
    {
        // Applied: that is all there is to it.
    }

    protected override void OnFailed(ErrorCode code, string message)
    {
        // Leadership has moved, or the group is busy.
    }
}
