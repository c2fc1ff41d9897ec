using ClusterLog.Cli.Measurement;
using ClusterLog.Cli.Tests.Support;

namespace ClusterLog.Cli.Tests.Measurement;

public sealed class PacerTests
{
    [Fact]
    public void Lateness_AfterAStall_CountsFromTheIntendedStart()
    {
        var time = new ManualTime();
        var pacer = new Pacer(100, time);
        Assert.Equal(TimeSpan.FromMilliseconds(30), pacer.IntendedStart(3));
        Assert.Equal(TimeSpan.FromMilliseconds(-30), pacer.Lateness(3));
        time.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(TimeSpan.FromMilliseconds(970), pacer.Lateness(3));
    }

    [Fact]
    public void WaitAsync_LateOrLessThanAMillisecondEarly_DoesNotWait()
    {
        var time = new ManualTime();
        var pacer = new Pacer(2_000, time);
        Assert.True(pacer.WaitAsync(0, TestContext.Current.CancellationToken).AsTask().IsCompleted);
        Assert.True(pacer.WaitAsync(1, TestContext.Current.CancellationToken).AsTask().IsCompleted);
        time.Now += TimeSpan.FromSeconds(5);
        Assert.True(pacer.WaitAsync(10_000, TestContext.Current.CancellationToken).AsTask().IsCompleted);
    }

    [Fact]
    public async Task WaitAsync_Early_WaitsUntilTheIntendedStart()
    {
        // The system's clock: what is asserted is a lower bound, which noise cannot break.
        var pacer = new Pacer(10, TimeProvider.System);
        await pacer.WaitAsync(1, TestContext.Current.CancellationToken);
        Assert.True(pacer.Lateness(1) > TimeSpan.FromMilliseconds(-2), $"{pacer.Lateness(1)}");
    }
}
