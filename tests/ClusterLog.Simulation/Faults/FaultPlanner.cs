using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>
/// Draws a plan. Each seed favours a few kinds of faults, which find more together than all kinds at an equal, low rate.
/// </summary>
internal static class FaultPlanner
{
    private static readonly (FaultKind Kind, int Weight)[] Kinds =
    [
        (FaultKind.Network, 12),
        (FaultKind.CutOne, 10),
        (FaultKind.CutHalf, 6),
        (FaultKind.CutOneWay, 8),
        (FaultKind.Join, 6),
        (FaultKind.PowerLoss, 10),
        (FaultKind.PowerLossInCall, 10),
        (FaultKind.PowerLossOfAll, 3),
        (FaultKind.Kill, 5),
        (FaultKind.Pause, 8),
        (FaultKind.DiskStall, 8),
        (FaultKind.SyncFailure, 5),
        (FaultKind.DiskFull, 3),
        (FaultKind.ClockDrift, 3),
        (FaultKind.ClockJump, 3),
        (FaultKind.FalseDown, 5),
        (FaultKind.BitFlip, 8),
        (FaultKind.Misdirect, 3),
        (FaultKind.DiskLost, 4),
    ];

    public static FaultPlan Draw(SimulatedRandom random, WorldSettings settings)
    {
        var weights = Kinds.Select(kind => random.Next(3) switch
        {
            0 => 0,
            1 => kind.Weight,
            _ => kind.Weight * 4,
        }).ToArray();
        var total = weights.Sum();
        if (total == 0)
        {
            return FaultPlan.None;
        }

        // From one each half second to one each ten seconds.
        var faults = new List<PlannedFault>();
        var gap = random.Between(500, 10_000) * WorldSettings.Millisecond;
        var time = random.Between(1, 5) * WorldSettings.Second;
        while (time < settings.SafetyTime)
        {
            faults.Add(Draw(Pick(weights, random.Next(total)), time, random, settings));
            time += random.Between(WorldSettings.Millisecond, 2 * gap);
        }

        return new FaultPlan(faults);
    }

    private static FaultKind Pick(int[] weights, int at)
    {
        var i = 0;
        while (at >= weights[i])
        {
            at -= weights[i++];
        }

        return Kinds[i].Kind;
    }

    private static PlannedFault Draw(FaultKind kind, long time, SimulatedRandom random, WorldSettings settings)
    {
        var broker = random.Next(1, settings.Brokers + 1);
        var other = random.Next(1, settings.Brokers + 1);
        var duration = DrawDuration(random);
        return kind switch
        {
            FaultKind.Network => DrawNetwork(time, duration, random),
            FaultKind.CutHalf => new(time, kind, 0, duration, random.Next(1, (1 << settings.Brokers) - 1)),
            FaultKind.CutOneWay => new(time, kind, broker, duration, random.Next(2) == 0 ? 0 : other),
            FaultKind.PowerLoss or FaultKind.PowerLossOfAll => new(time, kind, broker, duration, random.Next(2)),
            FaultKind.PowerLossInCall or FaultKind.SyncFailure => new(time, kind, broker, duration, random.Next(1, 40)),
            FaultKind.DiskFull => new(time, kind, broker, duration, random.Next(0, 64 << 10)),
            FaultKind.ClockDrift => new(time, kind, broker, 0, random.Between(-200_000, 200_000)),
            FaultKind.ClockJump => new(
                time,
                kind,
                broker,
                0,
                random.Between(0, 5) * WorldSettings.Second,
                random.Between(-3600, 3600) * WorldSettings.Second),
            FaultKind.FalseDown => new(time, kind, broker, 0, other),
            _ => new(time, kind, broker, duration),
        };
    }

    private static PlannedFault DrawNetwork(long time, long duration, SimulatedRandom random) => new(
        time,
        FaultKind.Network,
        0,
        duration,
        random.Next(2) == 0 ? random.Next(301) : 0,
        random.Next(2) == 0 ? random.Next(501) : 0,
        random.Next(2) == 0 ? random.Next(501) : 0,
        random.Next(2) == 0 ? random.Next(1001) : 0);

    private static long DrawDuration(SimulatedRandom random) => random.Next(3) switch
    {
        0 => random.Between(10, 500) * WorldSettings.Millisecond,
        1 => random.Between(500, 5_000) * WorldSettings.Millisecond,
        _ => random.Between(5, 25) * WorldSettings.Second,
    };
}
