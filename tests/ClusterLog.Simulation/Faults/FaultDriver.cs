using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>Carries the plan out, and undoes everything at its end.</summary>
internal sealed partial class FaultDriver
{
    private readonly World _world;
    private readonly SimulatedRandom _random;

    public FaultDriver(World world)
    {
        _world = world;
        Account = new DiskAccount(world);
        _random = world.RandomFor(RandomStream.Faults, 1 << 16);
    }

    /// <summary>Who is no good copy.</summary>
    public DiskAccount Account { get; }

    public void Start()
    {
        foreach (var fault in _world.Plan.Faults)
        {
            _world.At(fault.Time, new Planned(this, fault));
        }
    }

    /// <summary>The faults end: links are joined, machines run, disks answer, what is down comes back.</summary>
    public void Heal()
    {
        _world.Network.Heal();
        foreach (var broker in _world.Brokers)
        {
            broker.PausedUntil = 0;
            broker.DiskStalledUntil = 0;
            broker.Disk.Capacity = long.MaxValue / 2;
            broker.Disk.CancelFaults();
            broker.Clock.Drift(0);
            broker.Start();
        }
    }

    private void Carry(PlannedFault fault)
    {
        if (_world.IsHealed)
        {
            return;
        }

        _world.Trace.Mix(30, (ulong)fault.Kind, (ulong)fault.Broker);
        _world.Trace.Note($"fault: {fault}");
        switch (fault.Kind)
        {
            case FaultKind.Network or FaultKind.CutHalf or FaultKind.CutOne or FaultKind.CutOneWay or FaultKind.Join:
                CarryOnNetwork(fault);
                break;
            case FaultKind.PowerLossOfAll:
                foreach (var each in _world.Brokers)
                {
                    Crash(each, powerLost: true, fault with { Duration = fault.Duration / 4 * each.Id });
                }

                break;
            case FaultKind.BitFlip or FaultKind.Misdirect or FaultKind.DiskLost:
                Damage(fault, _world.Broker(fault.Broker));
                break;
            case FaultKind.PowerLossInCall or FaultKind.DiskStall or FaultKind.SyncFailure or FaultKind.DiskFull:
                CarryOnDisk(fault, _world.Broker(fault.Broker));
                break;
            default:
                CarryOnBroker(fault, _world.Broker(fault.Broker));
                break;
        }
    }

    private void CarryOnBroker(PlannedFault fault, SimulatedBroker broker)
    {
        switch (fault.Kind)
        {
            case FaultKind.PowerLoss:
                Crash(broker, powerLost: true, fault);
                break;
            case FaultKind.Kill:
                Crash(broker, powerLost: false, fault);
                break;
            case FaultKind.Pause:
                broker.PausedUntil = _world.Now + fault.Duration;
                break;
            case FaultKind.FalseDown when fault.A != fault.Broker:
                broker.Life?.Mesh.TakeDown((int)fault.A);
                break;
            case FaultKind.ClockDrift:
                broker.Clock.Drift(fault.A);
                break;
            case FaultKind.ClockJump:
                broker.Clock.LeapForward(fault.A);
                broker.Clock.SetTimeOfDay(fault.B);
                break;
            default:
                break;
        }
    }

    private void CarryOnDisk(PlannedFault fault, SimulatedBroker broker)
    {
        switch (fault.Kind)
        {
            case FaultKind.PowerLossInCall:
                broker.Disk.CrashAtCall((int)fault.A);
                break;
            case FaultKind.DiskStall:
                broker.DiskStalledUntil = _world.Now + fault.Duration;
                break;
            case FaultKind.SyncFailure:
                broker.Disk.FailSync((int)fault.A);
                break;
            default:
                broker.Disk.Capacity = broker.Disk.Used + fault.A;
                _world.After(fault.Duration, () => broker.Disk.Capacity = long.MaxValue / 2);
                break;
        }
    }

    private void Damage(PlannedFault fault, SimulatedBroker broker)
    {
        if (!Account.TryTake(broker.Id))
        {
            _world.Trace.Note($"not done: {broker} cannot be spared");
            return;
        }

        switch (fault.Kind)
        {
            case FaultKind.DiskLost:
                _world.Operator.Replace(broker.Id);
                return;
            case FaultKind.Misdirect:
                broker.Disk.MisdirectNextWrite();
                break;
            default:
                var place = broker.Disk.FlipBits(_random);
                _world.Trace.Note($"bits are flipped in {place ?? "nothing"}");
                break;
        }

        broker.IsDamaged = true;
        _world.Operator.OnDamaged(broker.Id);
    }

    private void Crash(SimulatedBroker broker, bool powerLost, PlannedFault fault)
    {
        broker.Crash(powerLost, losesAll: fault.A == 1);
        _world.After(fault.Duration, broker.Start);
    }

    private sealed class Planned(FaultDriver driver, PlannedFault fault) : IScheduled
    {
        public void Run() => driver.Carry(fault);
    }
}
