using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage;

/// <summary>
/// What the three who work on one group tell each other without a lock: its owner, the WAL lane and the segment
/// writer. Each field has one writer, named below, except the requests, which one sets and another clears.
/// </summary>
internal sealed class GroupProgress
{
    private volatile SegmentList _segments;
    private volatile Checkpoint[] _checkpoints;
    private ulong _startIndex;
    private volatile LogPace _pace = LogPace.Default;
    private volatile bool _flushWanted;
    private volatile bool _writeQueued;
    private volatile bool _checkpointQueued;
    private volatile bool _removed;
    private volatile bool _folderDeleted;
    private volatile bool _isQuarantined;
    private volatile int _generation;
    private volatile object _life = new();
    private volatile int _replacements;
    private volatile uint _incarnation;

    public GroupProgress(GroupId group, SegmentList segments, Checkpoint[] checkpoints)
    {
        Group = group;
        _segments = segments;
        _checkpoints = checkpoints;
        _startIndex = segments.Start.Index.Value;
    }

    public GroupId Group { get; }

    /// <summary>What is in synced segments. Written by the segment writer.</summary>
    public SegmentList Segments
    {
        get => _segments;
        set => _segments = value;
    }

    /// <summary>The checkpoints on disk, oldest first. Written by the segment writer.</summary>
    public Checkpoint[] Checkpoints
    {
        get => _checkpoints;
        set => _checkpoints = value;
    }

    /// <summary>In which steps the log can be cut. Written by the owner.</summary>
    public LogPace Pace
    {
        get => _pace;
        set => _pace = value;
    }

    /// <summary>
    /// The log begins behind this index, durably, and the segment writer has been told. Written by the WAL lane.
    /// </summary>
    public LogIndex StartIndex
    {
        get => new(Volatile.Read(ref _startIndex));
        set => Volatile.Write(ref _startIndex, value.Value);
    }

    /// <summary>
    /// The checkpoint that the log is about to begin behind: the segment writer must not drop it as too old. Set by the
    /// owner, one at a time; it and the list of checkpoints change under a lock on this object.
    /// </summary>
    public LogIndex TrimIndex { get; set; }

    /// <summary>
    /// The WAL lane asks for a file back: whatever is committed should go to segments. Cleared by the owner.
    /// </summary>
    public bool FlushWanted
    {
        get => _flushWanted;
        set => _flushWanted = value;
    }

    /// <summary>A segment write is queued or under way. Set by the owner, cleared by the segment writer.</summary>
    public bool WriteQueued
    {
        get => _writeQueued;
        set => _writeQueued = value;
    }

    /// <summary>A checkpoint is queued or under way. Set by the owner, cleared by the segment writer.</summary>
    public bool CheckpointQueued
    {
        get => _checkpointQueued;
        set => _checkpointQueued = value;
    }

    /// <summary>The group was removed. Written by the owner.</summary>
    public bool Removed
    {
        get => _removed;
        set => _removed = value;
    }

    /// <summary>
    /// The group is damaged, and its log not yet made anew: nothing is written to its segments. Set by whoever found
    /// the damage, cleared by the segment writer.
    /// </summary>
    public bool IsQuarantined
    {
        get => _isQuarantined;
        set => _isQuarantined = value;
    }

    /// <summary>The highest incarnation in any state of the group that was written. Written by the WAL lane.</summary>
    public uint Incarnation
    {
        get => _incarnation;
        set => _incarnation = Math.Max(_incarnation, value);
    }

    /// <summary>
    /// How many times the log was made anew: what read from an earlier one says nothing of this. Written by the segment
    /// writer.
    /// </summary>
    public int Generation => _generation;

    /// <summary>Another object for each log that the group has had here, of whatever directory. Written as <see cref="Generation"/>.</summary>
    public object Life => _life;

    /// <summary>
    /// How many times segments were replaced by compacted ones; raised before what is read is read from those. Written by the
    /// segment writer.
    /// </summary>
    public int Replacements
    {
        get => _replacements;
        set => _replacements = value;
    }

    /// <summary>Nothing of the removed group is left in the segments folder. Written by the segment writer.</summary>
    public bool FolderDeleted
    {
        get => _folderDeleted;
        set => _folderDeleted = value;
    }

    /// <summary>
    /// The log was made anew, from these. Called by the segment writer, while the group is quarantined.
    /// </summary>
    public void Remake(SegmentList segments, Checkpoint[] checkpoints)
    {
        lock (this)
        {
            TrimIndex = LogIndex.Zero;
            _segments = segments;
            _checkpoints = checkpoints;
            _generation++;
            _life = new();
        }

        (FlushWanted, WriteQueued, CheckpointQueued) = (false, false, false);
    }
}
