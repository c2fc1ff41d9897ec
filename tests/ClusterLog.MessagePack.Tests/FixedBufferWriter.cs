using System.Buffers;

namespace ClusterLog.MessagePack.Tests;

/// <summary>An output of one array that can be emptied, so that it allocates nothing while something is measured.</summary>
internal sealed class FixedBufferWriter : IBufferWriter<byte>
{
    private readonly byte[] _buffer;
    private readonly int _spanBytesMax;
    private int _written;

    /// <summary>Makes an output that hands out at most so many bytes at a time, unless more are asked for.</summary>
    public FixedBufferWriter(int capacity, int spanBytesMax = int.MaxValue)
    {
        _buffer = new byte[capacity];
        _spanBytesMax = spanBytesMax;
    }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _written);

    public void Clear() => _written = 0;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) =>
        _buffer.AsMemory(_written, Math.Min(_buffer.Length - _written, Math.Max(Math.Max(sizeHint, 1), _spanBytesMax)));

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
