using ClusterLog.Storage.Compaction;

namespace ClusterLog.Broker.Compaction;

/// <summary>So many bytes a second, on average since it was last idle. One user at a time.</summary>
internal sealed class Pace(long bytesPerSecond, TimeProvider time) : IPace
{
    // Shorter pauses are saved up.
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(10);

    private long _freeAt = time.GetTimestamp();

    /// <inheritdoc/>
    public async ValueTask SpendAsync(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetTimestamp();
        _freeAt = Math.Max(_freeAt, now) + (long)((double)bytes / bytesPerSecond * time.TimestampFrequency);
        var pause = time.GetElapsedTime(now, _freeAt);
        if (pause >= PauseMin)
        {
            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
