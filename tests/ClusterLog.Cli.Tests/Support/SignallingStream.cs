namespace ClusterLog.Cli.Tests.Support;

/// <summary>Tells when so many bytes have been written.</summary>
internal sealed class SignallingStream(int bytes) : MemoryStream
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Written => _written.Task;

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await base.WriteAsync(buffer, cancellationToken);
        if (Length >= bytes)
        {
            _written.TrySetResult();
        }
    }
}
