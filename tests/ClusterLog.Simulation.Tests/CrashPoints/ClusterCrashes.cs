using ClusterLog.Disks;
using ClusterLog.Disks.Crashes;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Tests.CrashPoints;

/// <summary>All three brokers lose power at each point of a world's journal, each with a loss of its own.</summary>
internal sealed class ClusterCrashes
{
    private const int SubsetsMax = 2;

    /// <summary>From one of so many states the three come back as a cluster.</summary>
    private const int RestartsApart = 150;

    private readonly World _world;
    private readonly ClusterJournal _journal;
    private readonly Random _random;
    private readonly CrashedDisk[] _disks;

    // What the others lose: for each broker one image that lost all, and the newest that lost something else.
    private readonly (DiskImage Image, BrokerFind Find)[][] _others;

    public ClusterCrashes(World world, ClusterJournal journal, Random random)
    {
        (_world, _journal, _random) = (world, journal, random);
        _disks = [.. world.Brokers.Select(broker => new CrashedDisk(DiskImage.Empty, journal.Disks[broker.Id].Start))];
        _others = [.. world.Brokers.Select(broker => Enumerable.Repeat((DiskImage.Empty, Find(DiskImage.Empty, broker.Id)), 2).ToArray())];
    }

    public int Events { get; private set; }

    public int States { get; private set; }

    public int Restarts { get; private set; }

    public SortedDictionary<string, int> Kinds { get; } = new(StringComparer.Ordinal);

    public void Run(int eventsMax)
    {
        var expected = new ClusterExpectation();
        var next = 0;
        for (Events = 1; Events <= Math.Min(eventsMax, _journal.Journal.Count); Events++)
        {
            var item = _journal.Journal.Events[Events - 1];
            _disks[item.Disk - 1].Apply(item);
            while (next < _journal.Notes.Count && _journal.Notes[next].Events <= Events)
            {
                expected.Add(_journal.Notes[next++].Note);
            }

            try
            {
                Try(item.Disk - 1, expected);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException(
                    $"after event {Events}, on broker {item.Disk}: {item}; {States} states were right\n{error}", error);
            }
        }
    }

    private void Try(int broker, ClusterExpectation expected)
    {
        var seen = new HashSet<ulong>();
        foreach (var state in _disks[broker].States(_random, SubsetsMax).Where(state => seen.Add(state.Image.Identity())))
        {
            var find = Find(state.Image, broker + 1);
            expected.CheckBroker(broker + 1, find);
            if (state.Kind is CrashKind.AllLost or CrashKind.NothingLost)
            {
                _others[broker][0] = (state.Image, find);
            }

            // Where the others lose all, and where they lose something.
            for (var loss = 0; loss < 2; loss++)
            {
                var all = _others.Select(other => other[loss]).ToArray();
                all[broker] = (state.Image, find);
                expected.CheckMajority([.. all.Select(item => item.Find)]);
                States++;
                Kinds[state.Kind.ToString()] = Kinds.GetValueOrDefault(state.Kind.ToString()) + 1;
                if (_random.Next(RestartsApart) == 0)
                {
                    ClusterRestart.Check([.. all.Select(item => item.Image)], _world, expected);
                    Restarts++;
                }
            }

            _others[broker][1] = (state.Image, find);
        }
    }

    private BrokerFind Find(DiskImage image, int broker) => BrokerFind.Of(image, broker, _world, _journal);
}
