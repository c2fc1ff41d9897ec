namespace ClusterLog.Cli.Tests.Support;

/// <summary>Gives out its bytes in pieces of one size, as a pipe may.</summary>
internal sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(chunk, buffer.Length)]);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(base.Read(buffer.Span[..Math.Min(chunk, buffer.Length)]));
}
