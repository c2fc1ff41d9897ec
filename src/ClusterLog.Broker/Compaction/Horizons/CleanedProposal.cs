using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Compaction.Horizons;

/// <summary>A horizon that a leader has proposed. Nobody waits for it: where it fails, the next survey proposes another.</summary>
internal sealed class CleanedProposal : Proposal
{
    protected override void OnCompleted()
    {
        // What it says was done when its entry was applied.
    }

    protected override void OnFailed(ErrorCode code, string message)
    {
        // Leadership has moved, or the group is busy: whoever leads asks again.
    }
}
