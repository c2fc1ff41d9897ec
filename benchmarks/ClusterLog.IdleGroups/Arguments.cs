using System.Globalization;

namespace ClusterLog.IdleGroups;

/// <summary>What the command line asks for.</summary>
/// <param name="Groups">Groups to open, beside the metadata's; each on every broker.</param>
/// <param name="Brokers">Brokers in this process.</param>
/// <param name="Seconds">How long the idle cluster is watched.</param>
/// <param name="PatienceSeconds">The longest wait for each step, after which the run fails.</param>
internal sealed record Arguments(int Groups, int Brokers, int Seconds, int PatienceSeconds)
{
    public const string Usage = "usage: [--groups N] [--brokers N] [--seconds N] [--patience SECONDS]";

    /// <summary>The arguments, or null when they cannot be read.</summary>
    public static Arguments? Parse(string[] texts)
    {
        var arguments = new Arguments(Groups: 10_000, Brokers: 3, Seconds: 30, PatienceSeconds: 300);
        for (var i = 0; i < texts.Length; i += 2)
        {
            if (i + 1 == texts.Length
                || !int.TryParse(texts[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || value == 0)
            {
                return null;
            }

            switch (texts[i])
            {
                case "--groups":
                    arguments = arguments with { Groups = value };
                    break;
                case "--brokers":
                    arguments = arguments with { Brokers = value };
                    break;
                case "--seconds":
                    arguments = arguments with { Seconds = value };
                    break;
                case "--patience":
                    arguments = arguments with { PatienceSeconds = value };
                    break;
                default:
                    return null;
            }
        }

        return arguments;
    }
}
