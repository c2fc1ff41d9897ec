using System.Globalization;
using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

/// <summary>
/// Random histories over a disk that forgets: after each crash everything acknowledged is there, hard states have not
/// gone back, nothing torn is served, and every log is one that its submissions led through.
/// </summary>
public sealed class CrashTests
{
    private const int SeedsPerCase = 40;
    private const int CrashesPerSeed = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Open_AfterRandomCrashes_FindsEverythingAcknowledged(int block) => Run(block * 1000, SeedsPerCase);

    /// <summary>As many seeds as CLUSTERLOG_SEEDS says ("first count"); run by hand.</summary>
    [Fact(Explicit = true)]
    public void Open_AfterManyRandomCrashes_FindsEverythingAcknowledged()
    {
        var wanted = (Environment.GetEnvironmentVariable("CLUSTERLOG_SEEDS") ?? "100000 1000").Split(' ');
        Run(
            int.Parse(wanted[0], CultureInfo.InvariantCulture), int.Parse(wanted[1], CultureInfo.InvariantCulture));
    }

    private static void Run(int first, int count)
    {
        for (var seed = first; seed < first + count; seed++)
        {
            try
            {
                new History(seed).Run(CrashesPerSeed);
            }
            catch (Exception error)
            {
                Assert.Fail($"Seed {seed}: {error}");
            }
        }
    }

    private sealed class History
    {
        private readonly Machine _machine;
        private readonly Random _random;
        private readonly Dictionary<GroupId, ModelGroup> _groups = [];
        private readonly List<(WalSubmission Submission, List<(ModelGroup Group, int Version)> Versions)> _waiting = [];
        private readonly HashSet<GroupId> _gone = [];
        private readonly List<ModelGroup> _removing = [];
        private readonly List<(ModelGroup Group, LogReadView View)> _views = [];
        private ulong _nextGroup;
        private bool _powerLost;

        public History(int seed)
        {
            _random = new Random(seed);
            _machine = new Machine(seed, options => options.UnsyncedBytesMax = _random.Next(3) * (16 << 10));
        }

        public void Run(int crashes)
        {
            for (var i = 0; i < crashes; i++)
            {
                _machine.Disk.CallsUntilCrash = _random.Next(1, 160);
                try
                {
                    while (true)
                    {
                        Step();
                    }
                }
                catch (SimulatedCrashException)
                {
                    NoteAcknowledged();
                }

                // Power may go again while the directory is being opened.
                while (!TryRestart())
                {
                }

                Check();
            }
        }

        private bool TryRestart()
        {
            try
            {
                var powerLost = _random.Next(4) != 0;
                _powerLost |= powerLost;
                _machine.Disk.Restart(powerLost);
                if (_random.Next(4) == 0)
                {
                    _machine.Disk.CallsUntilCrash = _random.Next(1, 12);
                }

                _machine.Reopen();
                _machine.Disk.CallsUntilCrash = null;
                return true;
            }
            catch (SimulatedCrashException)
            {
                return false;
            }
        }

        private void Step()
        {
            switch (_random.Next(16))
            {
                case 0 or 1 or 2 or 3:
                    Submit();
                    break;
                case 4 or 5:
                    _machine.Engine.Lane.RunOnce();
                    NoteAcknowledged();
                    break;
                case 6:
                    _machine.Engine.Files.RunOnce();
                    break;
                case 7:
                    _machine.Engine.SegmentWriter.RunOnce();
                    break;
                case 8:
                    Any()?.CommitSome(_random);
                    break;
                case 9:
                    _machine.Time.Advance(TimeSpan.FromSeconds(_random.Next(4)));
                    foreach (var group in _groups.Values)
                    {
                        group.Log.Maintain(_machine.Time.Milliseconds);
                    }

                    break;
                case 10 when _random.Next(8) == 0 && Any() is { } group:
                    group.Remove();
                    _machine.Engine.Remove(group.Id);
                    _groups.Remove(group.Id);
                    _removing.Add(group);
                    break;
                case 11:
                    _machine.RunAll();
                    NoteAcknowledged();
                    break;
                case 12:
                    Any()?.SaveCheckpoint(_random);
                    break;
                case 13:
                    Any()?.Trim(_random);
                    break;
                case 14 when Any() is { } read:
                    _views.Add((read, read.Log.ColdView()));
                    break;
                case 15 when _views.Count > 0:
                    var (owner, view) = _views[_random.Next(_views.Count)];
                    owner.ReadOld(view, _random);
                    break;
                default:
                    break;
            }
        }

        private void Submit()
        {
            if (_groups.Count < 4)
            {
                var id = new GroupId(_nextGroup++);
                _groups.Add(id, new ModelGroup(id, _machine.Engine.OpenLog(id), syncsLater: _random.Next(2) == 0));
            }

            var submission = new WalSubmission(_machine.Completion);
            var versions = new List<(ModelGroup, int)>();
            foreach (var group in _groups.Values.Where(_ => _random.Next(2) == 0))
            {
                submission.Add(group.Next(_random));
                versions.Add((group, group.Version));
            }

            _machine.Engine.Submit(submission);
            _waiting.Add((submission, versions));
        }

        private ModelGroup? Any() => _groups.Count == 0 ? null : _groups.Values.ElementAt(_random.Next(_groups.Count));

        private void NoteAcknowledged()
        {
            Assert.Empty(_machine.Completion.Failed);
            while (_machine.Completion.Durable.TryDequeue(out var submission))
            {
                Assert.Same(_waiting[0].Submission, submission);
                _waiting[0].Versions.ForEach(item => item.Group.Acknowledged(item.Version));
                _waiting.RemoveAt(0);
            }

            foreach (var group in _groups.Values)
            {
                group.NoteCheckpoint();
                if (_machine.Engine.Counters.WalUnsyncedBytes == 0)
                {
                    group.Synced();
                }
            }
        }

        private void Check()
        {
            var recovered = _machine.Engine.RecoveredGroups.ToHashSet();
            Assert.Empty(recovered.Intersect(_gone));
            Assert.Equal(0, _machine.Engine.LostIdentities);
            foreach (var group in _removing)
            {
                // Not told when a removal is durable: either is right, but gone once is gone for good.
                if (!recovered.Contains(group.Id))
                {
                    _gone.Add(group.Id);
                }
                else
                {
                    _machine.Engine.Remove(group.Id);
                }
            }

            _removing.RemoveAll(group => _gone.Contains(group.Id));
            _waiting.Clear();
            _views.Clear();
            foreach (var group in _groups.Values)
            {
                group.Recovered(_machine.Engine.OpenLog(group.Id), _powerLost);
            }

            _powerLost = false;
        }
    }
}
