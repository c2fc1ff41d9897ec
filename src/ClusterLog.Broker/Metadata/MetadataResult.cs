using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>What became of a command when it was applied; the same on every replica.</summary>
/// <param name="Error"><see cref="ErrorCode.None"/> when it was done.</param>
/// <param name="Message">Why it was not done; empty when it was.</param>
/// <param name="Index">The command's entry: a snapshot of at least this version shows its effect.</param>
/// <param name="Payload">
/// The first id of the block for AllocateProducerIds; the incarnation that there is now for ReplaceReplica; else 0.
/// </param>
internal sealed record MetadataResult(ErrorCode Error, string Message, LogIndex Index, long Payload = 0)
{
    public bool IsOk => Error == ErrorCode.None;
}
