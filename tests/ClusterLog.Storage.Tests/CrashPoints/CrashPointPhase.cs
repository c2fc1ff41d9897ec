using ClusterLog.Disks;
using ClusterLog.Disks.Crashes;
using ClusterLog.Disks.Journals;
using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests.CrashPoints;

/// <summary>
/// One process's life over a disk that writes down what is done to it, from its start on; then the power goes at each
/// point of that, in each way.
/// </summary>
internal sealed partial class CrashPointPhase
{
    private const int SubsetsMax = 3;

    /// <summary>With one of so many states the store is written to, and opened again.</summary>
    private const int GoingOnApart = 4;

    /// <summary>One of so many states is recovered over a disk that writes down again, and crashes in its recovery.</summary>
    private const int RecoveriesApart = 60;

    private readonly Random _random;
    private readonly DiskImage _start;
    private readonly CrashPointCounts _counts;
    private readonly DiskJournal _journal = new();
    private readonly RecordingDisk _disk;
    private readonly bool _directLasts;
    private readonly List<(int Events, Expectation Expected)> _expectations = [];
    private readonly List<ModelGroup> _all;
    private readonly HashSet<GroupId> _gone;

    public CrashPointPhase(
        Random random, DiskImage start, IEnumerable<ModelGroup> groups, IEnumerable<GroupId> gone, CrashPointCounts counts)
    {
        (_random, _start, _counts) = (random, start, counts);
        (_all, _gone) = ([.. groups], [.. gone]);
        _directLasts = random.Next(2) == 0;
        _disk = new RecordingDisk(new MemoryDisk(start, CrashPointMachine.BootId), _journal, 0, start, _directLasts);
    }

    /// <summary>One of the states that were tried, and what it was to hold.</summary>
    public DiskImage Chosen { get; private set; } = DiskImage.Empty;

    public Expectation ChosenExpected { get; private set; } = new([], new HashSet<GroupId>());

    /// <summary>Tries every crash; the workload has been run.</summary>
    public void CrashEverywhere()
    {
        var disk = new CrashedDisk(_start, _disk.Start);
        var (next, chances) = (0, 0);
        var seen = new HashSet<ulong>();
        for (var events = 0; events <= _journal.Count; events++)
        {
            if (events > 0)
            {
                disk.Apply(_journal.Events[events - 1]);
                _counts.Events++;
            }

            // An expectation counts from the event on that it was noted after.
            for (; next < _expectations.Count && _expectations[next].Events <= events; next++)
            {
                seen.Clear();
            }

            var expected = _expectations[next - 1].Expected;
            foreach (var state in disk.States(_random, SubsetsMax).Where(state => seen.Add(state.Image.Identity())))
            {
                Try(state, expected, events);
                if (_random.Next(++chances) == 0)
                {
                    (Chosen, ChosenExpected) = (state.Image, expected);
                }
            }
        }
    }

    private void Try(CrashState state, Expectation expected, int events)
    {
        _counts.Add(state.Kind.ToString());
        try
        {
            var goesOn = _random.Next(GoingOnApart) == 0;
            CrashPointMachine.Check(state.Image, expected, state.Kind != CrashKind.NothingLost, goesOn);
            _counts.WentOn += goesOn ? 1 : 0;
            if (_random.Next(RecoveriesApart) == 0)
            {
                CrashInRecovery(state.Image, expected);
            }
        }
        catch (Exception error)
        {
            var last = _journal.Events.Take(events).TakeLast(8);
            throw new InvalidOperationException(
                $"{state.Kind} after event {events}, of which the last are:\n  {string.Join("\n  ", last)}\n{error}", error);
        }
    }

    private void CrashInRecovery(DiskImage image, Expectation expected)
    {
        var journal = new DiskJournal();
        var recording = new RecordingDisk(new MemoryDisk(image, "in recovery"), journal, 0, image, _directLasts);
        CrashPointMachine.Open(recording, new ManualTime()).Lane.Dispose();
        var disk = new CrashedDisk(image, recording.Start);
        var seen = new HashSet<ulong> { image.Identity() };
        foreach (var item in journal.Events)
        {
            disk.Apply(item);
            foreach (var state in disk.States(_random, SubsetsMax).Where(state => seen.Add(state.Image.Identity())))
            {
                _counts.Add("InRecovery");
                CrashPointMachine.Check(state.Image, expected, powerLost: true, goesOn: false);
            }
        }
    }
}
