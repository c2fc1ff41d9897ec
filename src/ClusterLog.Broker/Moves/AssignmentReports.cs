using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Moves;

/// <summary>
/// Reports to the metadata that groups have the members that they were to have, again and again until that is done. What it
/// reports stays true, whoever leads by then. It keeps nothing on disk: every new leader of a group looks at its members, and
/// reports what has not been heard of.
/// </summary>
internal sealed class AssignmentReports : IAsyncDisposable
{
    private readonly IMetadataGroup _group;
    private readonly MetadataService _metadata;
    private readonly ILogger _logger;
    private readonly MetadataErrands<LogIndex> _reached;

    public AssignmentReports(IMetadataGroup group, MetadataService metadata, TimeProvider time, ILogger logger)
    {
        (_group, _metadata, _logger) = (group, metadata, logger);
        _reached = new MetadataErrands<LogIndex>(ReportAsync, time);
    }

    /// <summary>A group led here has the members of an assignment. Any thread; what the metadata knows is not told again.</summary>
    public void OnReached(GroupId group, LogIndex assignedAt)
    {
        if (IsOpen(group, assignedAt))
        {
            _reached.Add(group, assignedAt);
        }
    }

    public ValueTask DisposeAsync() => _reached.DisposeAsync();

    private bool IsOpen(GroupId group, LogIndex assignedAt) =>
        _group.Snapshot.ByGroup.TryGetValue(group, out var partition)
        && partition.IsMoving
        && partition.AssignedAt == assignedAt;

    private async Task<bool> ReportAsync(GroupId group, LogIndex assignedAt, CancellationToken cancellationToken)
    {
        try
        {
            if (IsOpen(group, assignedAt))
            {
                await _metadata.ChangeAsync(new ReachAssignmentCommand(group, assignedAt), cancellationToken);
                _logger.AssignmentReported(group, assignedAt);
            }

            return true;
        }
        catch (BrokerException error)
        {
            _logger.ReportRetried(group, assignedAt, error.Message);
            return false;
        }
    }
}
