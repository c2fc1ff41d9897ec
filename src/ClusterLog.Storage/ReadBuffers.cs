using System.Buffers;

namespace ClusterLog.Storage;

/// <summary>
/// Pooled memory of one read from segments. Whoever gives it to a read owns the payloads that come back: they live until
/// it is disposed, or for as long as the process where nobody does that. One thread at a time.
/// </summary>
internal sealed class ReadBuffers : IDisposable
{
    private readonly List<byte[]> _rented = [];

    public byte[] Rent(int bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        _rented.Add(buffer);
        return buffer;
    }

    public void Dispose()
    {
        foreach (var buffer in _rented)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _rented.Clear();
    }
}
