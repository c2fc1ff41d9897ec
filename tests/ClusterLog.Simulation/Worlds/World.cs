using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Network;
using ClusterLog.Simulation.Traces;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Simulation.Worlds;

/// <summary>
/// One simulation: brokers, network, disks, clients and faults on one virtual clock and one thread. Everything that
/// happens follows from the seed and the plan.
/// </summary>
internal sealed partial class World
{
    private readonly Scheduler _scheduler = new();
    private readonly SimulatedSynchronizationContext _context = new();
    private readonly List<IObserver> _observers = [];
    private bool _isEnding;

    public World(ulong seed, WorldSettings settings, FaultPlan plan, Trace trace)
    {
        (Seed, Settings, Plan, Trace) = (seed, settings, plan, trace);
        Network = new SimulatedNetwork(this);
        Clients = new ClientLinks(this);
        Brokers = [.. Enumerable.Range(1, settings.Brokers).Select(id => new SimulatedBroker(this, id))];
        Faults = new FaultDriver(this);
        Operator = new Operator(this);
    }

    public ulong Seed { get; }

    public WorldSettings Settings { get; }

    public FaultPlan Plan { get; }

    public Trace Trace { get; }

    public Statistics Statistics { get; } = new();

    public SimulatedNetwork Network { get; }

    /// <summary>The clients' way to the brokers.</summary>
    public ClientLinks Clients { get; }

    public FaultDriver Faults { get; }

    /// <summary>Who replaces what is damaged.</summary>
    public Operator Operator { get; }

    /// <summary>In the order of their ids, which begin with 1.</summary>
    public IReadOnlyList<SimulatedBroker> Brokers { get; }

    /// <summary>What a broker's storage is opened over; its simulated disk unless somebody stands between.</summary>
    public Func<SimulatedBroker, IStorageDisk> DiskOf { get; init; } = static broker => broker.Disk;

    /// <summary>Which brokers start at once; the others when the faults end. All of them unless somebody chooses.</summary>
    public Predicate<SimulatedBroker> StartsAtOnce { get; init; } = static _ => true;

    /// <summary>Virtual microseconds since the start.</summary>
    public long Now { get; private set; }

    /// <summary>Events so far.</summary>
    public long Step { get; private set; }

    /// <summary>True once the faults have ended.</summary>
    public bool IsHealed { get; private set; }

    public SimulatedBroker Broker(int id) => Brokers[id - 1];

    public SimulatedRandom RandomFor(RandomStream stream, int part = 0) =>
        SimulatedRandom.For(Seed, (ulong)stream + (ulong)part);

    public void Observe(IObserver observer) => _observers.Add(observer);

    public void At(long time, IScheduled scheduled) => _scheduler.Add(Math.Max(Now, time), scheduled);

    public void After(long delay, IScheduled scheduled) => _scheduler.Add(Now + Math.Max(0, delay), scheduled);

    /// <summary>For rare events: it allocates.</summary>
    public void After(long delay, Action action) => After(delay, new ScheduledAction(action));

    /// <summary>Completes after a virtual delay in microseconds, on the simulation's thread.</summary>
    public Task Delay(long delay)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(delay, source.SetResult);
        return source.Task;
    }

    /// <summary>Runs the simulation to its end; returns what broke, if anything did.</summary>
    public Violation? Run(IWorkload? workload)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            ViolationException.Forget();
            Start(workload);
            while (!_isEnding && _scheduler.Count > 0)
            {
                RunOne();
            }

            Tell(static (observer, world) => observer.OnEnded(world), this);
            return null;
        }
        catch (ViolationException thrown)
        {
            var violation = ViolationException.First ?? thrown;
            Trace.Note($"VIOLATION of {violation.Invariant}: {violation.Message}");
            return new Violation(violation.Invariant, violation.Message, Step, Now);
        }
        catch (Exception error)
        {
            // Nothing may get this far: it is reported like any other promise that was broken, with the seed.
            Trace.Note($"EXCEPTION: {error}");
            return new Violation("exception", error.ToString(), Step, Now);
        }
        finally
        {
            foreach (var broker in Brokers)
            {
                broker.Discard();
            }

            Statistics.Microseconds = Now;
            Statistics.Steps = Step;
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void Start(IWorkload? workload)
    {
        Observe(new StatisticsObserver(Statistics));
        if (workload is not null)
        {
            Observe(workload);
        }

        Tell(static (observer, world) => observer.OnStarted(world), this);
        foreach (var broker in Brokers)
        {
            if (StartsAtOnce(broker))
            {
                broker.Start();
            }
        }

        Faults.Start();
        Operator.Start();
        workload?.Start(this);
        At(Settings.SafetyTime, new ScheduledAction(Heal));
        _context.Drain();
    }

    private void RunOne()
    {
        Now = _scheduler.NextTime;
        Step++;
        Trace.At(Now);
        _scheduler.Take().Run();
        _context.Drain();
        if (ViolationException.First is { } swallowed)
        {
            throw swallowed;
        }
    }

    private void Heal()
    {
        IsHealed = true;
        Trace.Note($"the faults end");
        Faults.Heal();
        Tell(static (observer, world) => observer.OnHealed(world), this);
        After(WorldSettings.Second, new ScheduledAction(CheckLiveness));
    }

    private void CheckLiveness()
    {
        string? missing = null;
        foreach (var observer in _observers)
        {
            missing ??= observer.MissingForLiveness(this);
        }

        missing ??= Operator.Missing();
        if (missing is null)
        {
            _isEnding = true;
        }
        else if (Now > Settings.SafetyTime + Settings.LivenessTimeMax)
        {
            throw new ViolationException(
                "liveness",
                $"{Settings.LivenessTimeMax / WorldSettings.Second} s after the faults have ended: {missing}");
        }
        else
        {
            After(WorldSettings.Second, new ScheduledAction(CheckLiveness));
        }
    }
}
