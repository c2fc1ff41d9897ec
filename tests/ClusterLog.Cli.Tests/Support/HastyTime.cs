namespace ClusterLog.Cli.Tests.Support;

/// <summary>A clock whose timers fire a hundred times too early, for waits that a test wants to see end.</summary>
internal sealed class HastyTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
}
