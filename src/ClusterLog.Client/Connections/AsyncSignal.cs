using System.Threading.Channels;

namespace ClusterLog.Client.Connections;

/// <summary>Wakes one waiting loop; signals that come before it waits again are one. Any thread may set it.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Lets the waiting loop, or the next that waits, go on.</summary>
    public void Set() => _channel.Writer.TryWrite(true);

    /// <summary>Waits for a signal and takes it. One waiter at a time.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        await _channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
