namespace ClusterLog.Conventions.Tests.Sources;

/// <summary>
/// A text file of this project with one entry a line, fields parted by " | ". Empty lines and lines that begin with #
/// are comments.
/// </summary>
internal static class TextList
{
    public static string PathOf(string name) => $"{Checkout.ConventionsFolder}/{name}";

    public static IReadOnlyList<string[]> Read(string name, int fields)
    {
        var rows = new List<string[]>();
        foreach (var line in Checkout.Read(PathOf(name)).Split('\n').Select(line => line.Trim()))
        {
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            var row = line.Split(" | ");
            if (row.Length != fields || row.Any(string.IsNullOrWhiteSpace))
            {
                throw new InvalidDataException($"{PathOf(name)}: '{line}' has {row.Length} fields, not {fields}.");
            }

            rows.Add(row);
        }

        return rows;
    }
}
