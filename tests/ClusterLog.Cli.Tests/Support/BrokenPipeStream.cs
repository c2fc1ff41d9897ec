namespace ClusterLog.Cli.Tests.Support;

/// <summary>
/// The pipe of `| head` after head has ended: every write fails with EPIPE, as the runtime reports it on Unix.
/// </summary>
internal sealed class BrokenPipeStream(int errno) : MemoryStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromException(new IOException("The write failed.", errno));
}
