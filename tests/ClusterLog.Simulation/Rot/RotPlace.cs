using System.Globalization;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>Where and when a bit flips.</summary>
/// <param name="Broker">Whose disk.</param>
/// <param name="Path">The file, relative to the data directory.</param>
/// <param name="Position">The byte.</param>
/// <param name="Bit">The bit of it, 0 to 7.</param>
/// <param name="Moment">What the broker is doing.</param>
internal sealed record RotPlace(int Broker, string Path, int Position, int Bit, RotMoment Moment)
{
    public byte Mask => (byte)(1 << Bit);

    /// <summary>Whether the broker that has all of the log besides comes later than the one that lacks its end.</summary>
    public bool WholeOneIsLate { get; init; }

    /// <summary>The bit, and who comes late, drawn from the seed and the place.</summary>
    public static RotPlace Draw(ulong seed, int broker, string path, int position, RotMoment moment)
    {
        var place = seed;
        foreach (var letter in path)
        {
            place = (place * 31) + letter;
        }

        var random = SimulatedRandom.For(place, ((ulong)broker << 40) + (ulong)position);
        return new RotPlace(broker, path, position, random.Next(8), moment)
        {
            WholeOneIsLate = moment == RotMoment.Down && random.Next(2) == 0,
        };
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"broker {Broker}, {Path} at byte {Position}, bit {Bit}, {Moment}");
}
