using System.Buffers;

namespace ClusterLog.Storage;

/// <summary>
/// The memory of what was read for one answer: pooled buffers of reads from segments, and shares of what is in memory.
/// Whoever gives it to a read owns the payloads that come back: they live until it is disposed, or for as long as the process
/// where nobody does that. One thread at a time.
/// </summary>
internal sealed class ReadBuffers : IDisposable
{
    private readonly List<byte[]> _rented = [];
    private readonly List<IDisposable> _kept = [];

    public byte[] Rent(int bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        _rented.Add(buffer);
        return buffer;
    }

    /// <summary>Keeps something else that the payloads live by.</summary>
    public void Keep(IDisposable? memory)
    {
        if (memory is not null)
        {
            _kept.Add(memory);
        }
    }

    public void Dispose()
    {
        _kept.ForEach(static memory => memory.Dispose());
        _kept.Clear();
        foreach (var buffer in _rented)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _rented.Clear();
    }
}
