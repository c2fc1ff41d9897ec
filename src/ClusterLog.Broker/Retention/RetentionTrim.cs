using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Retention;

/// <summary>A trim that retention has proposed. Nobody waits for it: where it fails, the next look proposes another.</summary>
internal sealed class RetentionTrim : Proposal
{
    protected override void OnCompleted()
    {
        // What it asked for was done when its entry was applied.
    }

    protected override void OnFailed(ErrorCode code, string message)
    {
        // Leadership has moved, or the group is busy: whoever leads looks again.
    }
}
