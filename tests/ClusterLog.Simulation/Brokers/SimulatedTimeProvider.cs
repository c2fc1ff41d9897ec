using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Brokers;

/// <summary>A broker process's view of its machine's clocks. Its timers die with the process.</summary>
internal sealed class SimulatedTimeProvider : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatedBroker _broker;
    private bool _isDead;

    public SimulatedTimeProvider(SimulatedBroker broker)
    {
        _broker = broker;
    }

    public override long TimestampFrequency => WorldSettings.Second;

    public override long GetTimestamp() => _broker.Clock.Monotonic;

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(_broker.Clock.TimeOfDay * 10);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Die() => _isDead = true;

    private sealed class SimulatedTimer(SimulatedTimeProvider owner, TimerCallback callback, object? state)
        : ITimer, IScheduled
    {
        private long _due = -1;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Schedule(dueTime);
            return true;
        }

        public void Run()
        {
            var world = owner._broker.World;
            if (owner._isDead || _due != world.Now)
            {
                return;
            }

            if (owner._broker.IsPaused)
            {
                _due = owner._broker.PausedUntil;
                world.At(_due, this);
                return;
            }

            Schedule(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);
            callback(state);
        }

        public void Dispose() => _due = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Schedule(TimeSpan after)
        {
            if (after < TimeSpan.Zero)
            {
                _due = -1;
                return;
            }

            _due = owner._broker.World.Now + owner._broker.Clock.ToWorld(after.Ticks / 10);
            owner._broker.World.At(_due, this);
        }
    }
}
