namespace ClusterLog.Simulation.Worlds;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators"): the same numbers on every runtime,
/// for ever, and cheap to make, since every part of a simulation has a stream of its own.
/// </summary>
internal sealed class SimulatedRandom : Random
{
    private ulong _state;

    public SimulatedRandom(ulong seed)
        : base(0)
    {
        _state = seed;
    }

    /// <summary>A stream that has nothing to do with that of another seed or stream number.</summary>
    public static SimulatedRandom For(ulong seed, ulong stream) =>
        new(Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ (stream * 0xD1342543DE82EF95)));

    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>True with a probability in thousandths.</summary>
    public bool Chance(int permille) => Next(1000) < permille;

    /// <summary>From <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public long Between(long min, long max) => min + (long)(NextUInt64() % (ulong)(max - min + 1));

    public override int Next() => (int)(NextUInt64() >> 33) % int.MaxValue;

    public override int Next(int maxValue) =>
        (int)(((NextUInt64() >> 32) * (ulong)Math.Max(1, maxValue)) >> 32);

    public override int Next(int minValue, int maxValue) => (int)(minValue + NextInt64((long)maxValue - minValue));

    public override long NextInt64() => (long)(NextUInt64() >> 1) % long.MaxValue;

    public override long NextInt64(long maxValue) => (long)(NextUInt64() % (ulong)Math.Max(1, maxValue));

    public override long NextInt64(long minValue, long maxValue) => minValue + NextInt64(maxValue - minValue);

    public override double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1U << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var value in buffer)
        {
            value = (byte)NextUInt64();
        }
    }

    protected override double Sample() => NextDouble();

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
