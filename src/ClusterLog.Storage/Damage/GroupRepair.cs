using ClusterLog.Raft;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// Makes a damaged group's log anew while everything else goes on. The steps, each on the thread that owns what it
/// touches: the WAL lane finishes what the old log submitted; the segment writer lets go of the group's files; the
/// scrubber reads them all; the segment writer moves what is damaged aside; the lane voids what it has of the old log.
/// </summary>
internal sealed class GroupRepair
{
    private readonly StorageEngine _engine;
    private readonly GroupProgress _progress;
    private readonly Action<RecoveredGroup> _done;
    private ulong _voidBefore;
    private SalvagePlan? _plan;

    /// <param name="done">Told on the segment writer's thread, unless the group is removed meanwhile.</param>
    public GroupRepair(StorageEngine engine, GroupProgress progress, Action<RecoveredGroup> done)
    {
        (_engine, _progress, _done) = (engine, progress, done);
    }

    private GroupId Group => _progress.Group;

    public void Start() => _engine.Lane.Fence(Group, OnFenced);

    private void OnFenced(ulong nextSequence)
    {
        _voidBefore = nextSequence;
        Enqueue(LetGo);
    }

    private void Enqueue(Action step) => _engine.SegmentWriter.Enqueue(new SegmentWrite(_progress, Step: step));

    private void LetGo()
    {
        _engine.SegmentWriter.LetGo(Group);
        _engine.Scrubber.Enqueue(Look);
    }

    private void Look()
    {
        try
        {
            var lostFrom = _engine.Lost.Find(Group)?.LostFrom ?? LogIndex.Zero;
            _plan = _engine.Salvage.Plan(Group, _voidBefore, believesIndexes: false, lostFrom);
            Enqueue(Carry);
        }
        catch (IOException) when (_progress.Removed)
        {
            // The group's folder is being deleted.
        }
    }

    // Done again from its beginning where the disk was full: what was moved already is moved no more.
    private void Carry()
    {
        var lost = _engine.Lost.Find(Group)
            ?? throw new InvalidOperationException($"Group {Group}: expected a lost identity before its log is made anew, found none.");
        _engine.Lost.Add(lost with { VoidBefore = _voidBefore });
        _engine.Lost.Save();
        var done = _engine.Salvage.Apply(_plan!);
        var remade = GroupSalvage.ToGroup(done, lost.Incarnation);
        _progress.Remake(done.Segments, done.Checkpoints);
        _engine.Lane.Remake(remade);
        _done(remade);
    }
}
