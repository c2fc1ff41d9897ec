using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Consuming;

/// <summary>How far a partition has been fetched. Owned by the <see cref="FetchLoop"/>.</summary>
internal sealed class PartitionCursor
{
    public PartitionCursor(TopicPartition id, long nextOffset, long endOffset)
    {
        Id = id;
        NextOffset = nextOffset;
        EndOffset = endOffset;
    }

    public TopicPartition Id { get; }

    /// <summary>The first offset that has not been fetched.</summary>
    public long NextOffset { get; set; }

    /// <summary>The offset before which to stop; long.MaxValue for never.</summary>
    public long EndOffset { get; }

    /// <summary>Whether all that is wanted has been fetched.</summary>
    public bool IsDone => NextOffset >= EndOffset;

    /// <summary>Whether a broker is being asked about it.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether <see cref="NextOffset"/> comes from records that were fetched, and so was committed once.</summary>
    public bool HasFetched { get; set; }

    /// <summary>
    /// Whether what it starts with is the earliest record, or the earliest since a time: as long as nothing was fetched, what
    /// is gone meanwhile was not missed.
    /// </summary>
    public bool StartsAtEarliest { get; init; }

    /// <summary>How often it has failed since it last succeeded.</summary>
    public int Failures { get; set; }

    /// <summary>When it may be tried again, as a timestamp.</summary>
    public long PausedUntil { get; set; }

    /// <summary>The leader that failed; one of a later term may be tried at once.</summary>
    public PartitionLeader? StaleLeader { get; set; }
}
