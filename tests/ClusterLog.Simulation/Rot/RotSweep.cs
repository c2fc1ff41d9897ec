using System.IO.Enumeration;
using ClusterLog.Simulation.CommandLine;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>Flips a bit at every so many bytes of every file of a broker, one at a time.</summary>
internal sealed class RotSweep
{
    public required ulong Seed { get; init; }

    /// <summary>Bytes from one flip to the next; a file's last byte is always among them.</summary>
    public required int Stride { get; init; }

    /// <summary>Which files, as a shell would write it.</summary>
    public string Files { get; init; } = "*";

    /// <summary>Of so many places one is taken, whichever the seed draws.</summary>
    public int OneOf { get; init; } = 1;

    public int Jobs { get; init; } = 1;

    /// <summary>All flips of one broker, each outcome reported in order.</summary>
    public void Run(int broker, Action<RotOutcome> report)
    {
        var from = RotBase.Build(Seed, broker);
        var random = SimulatedRandom.For(Seed, (ulong)broker);
        var places = Places(from).Where(_ => random.Next(OneOf) == 0).ToList();
        if (places.Count > 0)
        {
            Parallelism.Run(0, (ulong)places.Count - 1, Jobs, i => RotRun.Run(from, places[(int)i]), report);
        }
    }

    private List<RotPlace> Places(RotBase from)
    {
        var places = new List<RotPlace>();
        foreach (var (path, file) in from.Images[from.Broker - 1].Files.OrderBy(static file => file.Key, StringComparer.Ordinal))
        {
            if (!FileSystemName.MatchesSimpleExpression(Files, path))
            {
                continue;
            }

            for (var position = 0; position < file.Length; position += Stride)
            {
                Add(places, from.Broker, path, position);
            }

            if (file.Length > 0 && (file.Length - 1) % Stride != 0)
            {
                Add(places, from.Broker, path, file.Length - 1);
            }
        }

        return places;
    }

    private void Add(List<RotPlace> places, int broker, string path, int position)
    {
        places.Add(RotPlace.Draw(Seed, broker, path, position, RotMoment.Down));
        places.Add(RotPlace.Draw(Seed, broker, path, position, RotMoment.Read));
        if (RotKind.IsReadWhileRunning(path))
        {
            places.Add(RotPlace.Draw(Seed, broker, path, position, RotMoment.Scrub));
        }
    }
}
