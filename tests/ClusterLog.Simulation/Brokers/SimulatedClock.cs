using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Brokers;

/// <summary>
/// A machine's clocks: the monotonic one drifts, and leaps forward when the machine was suspended; the time of day also
/// goes back. In microseconds.
/// </summary>
internal sealed class SimulatedClock
{
    private const long DriftUnit = 1_000_000;
    private readonly World _world;
    private long _worldBase;
    private long _localBase = 1_000_000_000;
    private long _ratePpm = DriftUnit;
    private long _timeOfDayOffset;

    public SimulatedClock(World world)
    {
        _world = world;
    }

    /// <summary>The monotonic clock.</summary>
    public long Monotonic => _localBase + ((_world.Now - _worldBase) * _ratePpm / DriftUnit);

    /// <summary>The time of day, as microseconds after 2030 began.</summary>
    public long TimeOfDay => Monotonic + _timeOfDayOffset;

    /// <summary>How long a duration by this clock takes in the world.</summary>
    public long ToWorld(long local) => local * DriftUnit / _ratePpm;

    /// <param name="ppm">Parts per million by which the clock is too fast; negative: too slow.</param>
    public void Drift(long ppm)
    {
        (_localBase, _worldBase) = (Monotonic, _world.Now);
        _ratePpm = DriftUnit + ppm;
    }

    /// <summary>The machine was suspended, as it looks to those on it.</summary>
    public void LeapForward(long microseconds) => _localBase += microseconds;

    /// <summary>Somebody sets the time of day.</summary>
    public void SetTimeOfDay(long by) => _timeOfDayOffset += by;
}
