using ClusterLog.Raft;

namespace ClusterLog.Storage.Wal;

/// <summary>What the lane remembers of one group, as of the last record laid out. Owned by the lane.</summary>
internal sealed class WalGroup
{
    public WalGroup(GroupProgress progress)
    {
        Progress = progress;
    }

    public GroupProgress Progress { get; }

    /// <summary>The latest hard state: written again at the head of each file, so that older files need not be kept.</summary>
    public HardState HardState { get; set; }

    /// <summary>Where the log begins: written again at the head of each file too.</summary>
    public LogStart Start { get; set; }

    /// <summary>The last index written; a write at or below it overwrites.</summary>
    public LogIndex LastIndex { get; set; }

    /// <summary>Entries of the group may be acknowledged before their sync; the last group state in the WAL says so.</summary>
    public bool SyncsLater { get; set; }

    /// <summary>How far segments reach according to the last group state in the WAL.</summary>
    public LogIndex Mark { get; set; }
}
