using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Repair;

/// <summary>
/// Asks the metadata for another replica wherever one of this broker's has lost what it had promised, again and again
/// until that is done. What it has to do is found again after a restart, so it keeps nothing on disk. Everything else
/// follows from the metadata: this broker starts the new replica, and the group's leader takes it in.
/// </summary>
internal sealed class ReplicaRepairer : IAsyncDisposable
{
    private readonly MetadataService _metadata;
    private readonly ILogger _logger;
    private readonly long _directoryId;
    private readonly MetadataErrands<ReplicaId> _lost;

    public ReplicaRepairer(MetadataService metadata, long directoryId, TimeProvider time, ILogger logger)
    {
        (_metadata, _directoryId, _logger) = (metadata, directoryId, logger);
        _lost = new MetadataErrands<ReplicaId>(AskAsync, time);
    }

    /// <summary>Replicas that are lost, and for which the metadata has not given another yet.</summary>
    public int Waiting => _lost.Waiting;

    /// <summary>A replica has lost what it had promised. Any thread; what was told before is not told again.</summary>
    public void OnLost(GroupId group, ReplicaId replica, string reason)
    {
        if (_lost.Add(group, replica))
        {
            _logger.IdentityLost(replica, group, reason);
        }
    }

    public ValueTask DisposeAsync() => _lost.DisposeAsync();

    private async Task<bool> AskAsync(GroupId group, ReplicaId lost, CancellationToken cancellationToken)
    {
        try
        {
            await _metadata.ReplaceReplicaAsync(new ReplaceReplicaCommand(group, lost, _directoryId), cancellationToken);
            _logger.IdentityReplaced(lost, group);
            return true;
        }
        catch (BrokerException error) when (error.Code != ErrorCode.UnknownTopic)
        {
            _logger.ReplacingRetried(lost, group, error.Message);
            return false;
        }
        catch (BrokerException)
        {
            // Its topic was deleted: there is nothing to come back to.
            return true;
        }
    }
}
