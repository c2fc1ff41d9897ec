using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>This broker's replica of the metadata group. Safe for use by many threads.</summary>
internal interface IMetadataGroup
{
    /// <summary>The leader as far as this replica knows; none between leaders.</summary>
    ReplicaId Leader { get; }

    /// <summary>Whether this replica leads.</summary>
    bool IsLeader { get; }

    /// <summary>
    /// True once this replica has applied, since its start, everything that was committed before some leader's term:
    /// until then the snapshot may lack topics that have long existed.
    /// </summary>
    bool HasCaughtUp { get; }

    /// <summary>The newest applied state.</summary>
    MetadataSnapshot Snapshot { get; }

    /// <summary>Proposes a command; completes when it is committed and applied here. Cancelling only ends the wait.</summary>
    /// <exception cref="BrokerException">
    /// NotLeader (surely not done), RequestTimedOut (outcome unknown), TooManyRequests, ShuttingDown and the like.
    /// </exception>
    Task<MetadataResult> ProposeAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken);

    /// <summary>Completes when <see cref="Snapshot"/> is of at least this version.</summary>
    Task WaitForVersionAsync(LogIndex index, CancellationToken cancellationToken);
}
