namespace ClusterLog.Protocol.Tests.Frames;

/// <summary>Damages bytes in the ways that a broken or hostile peer does.</summary>
internal sealed class Mutator(Random random)
{
    // First bytes of values, above all of those that announce more than is there.
    private static readonly byte[] Codes =
    [
        0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB,
        0xCC, 0xCF, 0xD0, 0xD3, 0xD4, 0xD8, 0xD9, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, 0xFF,
    ];

    private byte[] _buffer = new byte[4096];

    /// <summary>A damaged copy; it lives until the next call.</summary>
    public Memory<byte> Mutate(ReadOnlySpan<byte> original)
    {
        if (_buffer.Length < original.Length + 64)
        {
            _buffer = new byte[original.Length + 64];
        }

        original.CopyTo(_buffer);
        var length = original.Length;
        for (var times = random.Next(1, 4); times > 0 && length > 0; times--)
        {
            length = MutateOnce(length);
        }

        return _buffer.AsMemory(0, length);
    }

    private int MutateOnce(int length)
    {
        var at = random.Next(length);
        switch (random.Next(7))
        {
            case 0:
                _buffer[at] ^= (byte)(1 << random.Next(8));
                return length;
            case 1:
                _buffer[at] = (byte)random.Next(256);
                return length;
            case 2:
                _buffer[at] = Codes[random.Next(Codes.Length)];
                return length;
            case 3:
                return at;
            case 4:
                var count = random.Next(1, Math.Min(9, length - at + 1));
                _buffer.AsSpan(at + count, length - at - count).CopyTo(_buffer.AsSpan(at));
                return length - count;
            case 5:
                return Insert(at, length);
            default:
                random.NextBytes(_buffer.AsSpan(at, Math.Min(random.Next(1, 9), length - at)));
                return length;
        }
    }

    private int Insert(int at, int length)
    {
        var count = random.Next(1, 9);
        if (length + count > _buffer.Length)
        {
            return length;
        }

        _buffer.AsSpan(at, length - at).CopyTo(_buffer.AsSpan(at + count));
        random.NextBytes(_buffer.AsSpan(at, count));
        return length + count;
    }
}
