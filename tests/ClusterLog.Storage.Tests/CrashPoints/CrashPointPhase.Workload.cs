using ClusterLog.Disks;
using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests.CrashPoints;

/// <content>What the process does, until the power goes.</content>
internal sealed partial class CrashPointPhase
{
    private const int GroupsMax = 4;

    private readonly ManualTime _time = new();
    private readonly Completion _completion = new();
    private readonly Queue<(WalSubmission Submission, List<(ModelGroup Group, int Version)> Versions)> _waiting = new();
    private readonly List<ModelGroup> _groups = [];
    private StorageEngine _engine = null!;

    /// <summary>Opens what the last crash left, checks it, and works for a number of steps.</summary>
    public void Work(Expectation left, int steps, Func<GroupId> newGroup)
    {
        // What is found now is known for certain: only that may be found from here on, after a crash in recovery too.
        Adopt(left);
        Expect();
        _engine = CrashPointMachine.Open(_disk, _time);
        _groups.ForEach(group => group.Recovered(_engine.OpenLog(group.Id), powerLost: false));
        while (steps-- > 0)
        {
            Step(newGroup);
            NoteAcknowledged();
            Expect();
        }

        _engine.Lane.Dispose();
    }

    private void Adopt(Expectation left)
    {
        var engine = CrashPointMachine.Open(new MemoryDisk(_start, CrashPointMachine.BootId), _time);
        foreach (var (group, moment) in left.Groups)
        {
            if (left.Gone.Contains(group.Id) || engine.IsRemoved(group.Id)
                || (moment.IsRemoved && !engine.RecoveredGroups.Contains(group.Id)))
            {
                _gone.Add(group.Id);
                continue;
            }

            group.Recovered(engine.OpenLog(group.Id), moment, powerLost: true);
            _groups.Add(group);
        }

        engine.Lane.Dispose();
    }

    private void Expect() => Expect(new Expectation(
        [.. _all.Where(group => !_gone.Contains(group.Id)).Select(group => (group, group.Moment))],
        new HashSet<GroupId>(_gone)));

    private void Expect(Expectation expected) => _expectations.Add((_journal.Count, expected));

    private void Step(Func<GroupId> newGroup)
    {
        switch (_random.Next(16))
        {
            case 0 or 1 or 2 or 3:
                Submit(newGroup);
                break;
            case 4 or 5:
                _engine.Lane.RunOnce();
                break;
            case 6:
                _engine.Files.RunOnce();
                break;
            case 7:
                _engine.SegmentWriter.RunOnce();
                break;
            case 8 or 9:
                Any()?.CommitSome(_random);
                break;
            case 10:
                _time.Advance(TimeSpan.FromSeconds(_random.Next(4)));
                _groups.ForEach(group => group.Log.Maintain(_time.Milliseconds));
                break;
            case 11 when _random.Next(8) == 0 && Any() is { } group:
                group.Remove();
                _engine.Remove(group.Id);
                _groups.Remove(group);
                break;
            case 12:
                Any()?.SaveCheckpoint(_random);
                break;
            case 13 or 14:
                Any()?.Trim(_random);
                break;
            case 15 when _random.Next(3) == 0:
                CrashPointMachine.RunAll(_engine);

                // Whatever was asked for has been done: removals too.
                _gone.UnionWith(_all.Where(group => group.IsRemoved).Select(group => group.Id));
                break;
            default:
                break;
        }
    }

    private void Submit(Func<GroupId> newGroup)
    {
        if (_groups.Count < GroupsMax)
        {
            var id = newGroup();
            var group = new ModelGroup(id, _engine.OpenLog(id), syncsLater: _random.Next(3) == 0)
            {
                PayloadBytesMax = 300,
                OffsetReadsApart = 10,
            };
            _groups.Add(group);
            _all.Add(group);
        }

        var submission = new WalSubmission(_completion);
        var versions = new List<(ModelGroup, int)>();
        foreach (var group in _groups.Where(_ => _random.Next(2) == 0))
        {
            submission.Add(group.Next(_random));
            versions.Add((group, group.Version));
        }

        _engine.Submit(submission);
        _waiting.Enqueue((submission, versions));
    }

    private ModelGroup? Any() => _groups.Count == 0 ? null : _groups[_random.Next(_groups.Count)];

    private void NoteAcknowledged()
    {
        Assert.Empty(_completion.Failed);
        while (_completion.Durable.TryDequeue(out var submission))
        {
            var (expected, versions) = _waiting.Dequeue();
            Assert.Same(expected, submission);
            versions.ForEach(item => item.Group.Acknowledged(item.Version));
        }

        foreach (var group in _groups)
        {
            group.NoteCheckpoint();
            if (_engine.Counters.WalUnsyncedBytes == 0)
            {
                group.Synced();
            }
        }
    }
}
