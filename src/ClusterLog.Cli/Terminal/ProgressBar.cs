namespace ClusterLog.Cli.Terminal;

/// <summary>A bar of block characters.</summary>
internal static class ProgressBar
{
    private const string Eighths = " ▏▎▍▌▋▊▉";

    /// <summary>A bar of so many columns, filled to the fraction in steps of an eighth of a column.</summary>
    public static string Draw(double fraction, int columns)
    {
        var eighths = (int)Math.Round(Math.Clamp(fraction, 0, 1) * columns * 8);
        var full = eighths / 8;
        var rest = full < columns ? Eighths[eighths % 8].ToString() : string.Empty;
        return "│" + new string('█', full) + rest + new string(' ', columns - full - rest.Length) + "│";
    }
}
