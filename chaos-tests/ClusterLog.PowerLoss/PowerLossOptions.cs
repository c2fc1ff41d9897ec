using System.Collections;
using System.Globalization;

namespace ClusterLog.PowerLoss;

/// <summary>How much of what was not synced reaches the disk all the same, as with a real cache.</summary>
/// <param name="Seed">Of the choices below. Threads interleave as they like, so a run does not repeat from it alone.</param>
/// <param name="Reaching">
/// The share, 0 to 1, of unsynced pages and names that reach the disk early and in no order: some whole, some torn.
/// </param>
/// <param name="HoldsWal">
/// Writes to the WAL are held until a sync like all others. Else they last on return, as O_DIRECT and O_DSYNC make them.
/// </param>
internal sealed record PowerLossOptions(int Seed = 0, double Reaching = 0, bool HoldsWal = false)
{
    /// <summary>Reads POWER_LOSS_SEED, POWER_LOSS_REACHING and POWER_LOSS_WAL (held or lasting).</summary>
    /// <exception cref="FormatException">One of them is not what it may be.</exception>
    public static PowerLossOptions Read(IDictionary variables)
    {
        var options = new PowerLossOptions(
            int.Parse(Text(variables, "SEED", "0"), CultureInfo.InvariantCulture),
            double.Parse(Text(variables, "REACHING", "0"), CultureInfo.InvariantCulture),
            Text(variables, "WAL", "lasting") switch
            {
                "held" => true,
                "lasting" => false,
                var other => throw new FormatException($"POWER_LOSS_WAL: found \"{other}\", allowed are held and lasting."),
            });
        return options.Reaching is >= 0 and <= 1
            ? options
            : throw new FormatException($"POWER_LOSS_REACHING: found {options.Reaching}, allowed is 0 to 1.");
    }

    private static string Text(IDictionary variables, string name, string absent) =>
        variables["POWER_LOSS_" + name] as string ?? absent;
}
