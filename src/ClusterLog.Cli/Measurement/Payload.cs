namespace ClusterLog.Cli.Measurement;

/// <summary>
/// Values of one size that do not compress: windows at moving places of one block of random bytes, so that making them
/// costs nothing beside sending them. Not thread-safe.
/// </summary>
internal sealed class Payload
{
    private const int Windows = 64 * 1024;

    // A prime, so that all places are visited before one comes again.
    private const int Step = 7_919;

    private readonly ReadOnlyMemory<byte> _block;
    private readonly int _size;
    private int _place;

    /// <summary>Values of so many bytes; the same seed gives the same values.</summary>
    public Payload(int size, int seed)
    {
        var block = new byte[size + Windows];
        new Random(seed).NextBytes(block);
        _block = block;
        _size = size;
    }

    /// <summary>The next value, valid for ever.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        _place = (_place + Step) % Windows;
        return _block.Slice(_place, _size);
    }
}
