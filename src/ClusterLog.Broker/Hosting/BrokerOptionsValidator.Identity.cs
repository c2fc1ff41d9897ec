using ClusterLog.Broker.Metadata;

namespace ClusterLog.Broker.Hosting;

internal static partial class BrokerOptionsValidator
{
    private const int BrokerIdMax = ushort.MaxValue;
    private const int MembersMax = 63;
    private const int DirectoriesMax = 64;
    private const int ClusterNameLengthMax = 64;

    private static IEnumerable<OptionRule> IdentityRules() =>
    [
        new("BrokerId",
            options => OptionText.FormatNumber(options.BrokerId),
            _ => $"1 to {OptionText.FormatNumber(BrokerIdMax)}",
            options => options.BrokerId is >= 1 and <= BrokerIdMax),
        new("BrokerId",
            options => OptionText.FormatNumber(options.BrokerId),
            options => "a member of Cluster: " + Members(options),
            options => options.BrokerId is < 1 or > BrokerIdMax
                || options.Cluster.Count == 0
                || options.Cluster.Any(member => member.BrokerId == options.BrokerId)),
        new("ClusterName",
            options => $"\"{options.ClusterName}\"",
            _ => $"1 to {ClusterNameLengthMax} of A-Z a-z 0-9 . _ -",
            options => IsClusterName(options.ClusterName)),
        new("Cluster",
            options => options.Cluster.Count == 0 ? "nothing" : options.Cluster.Count + " members",
            _ => $"1 to {MembersMax} members as ID=HOST:PORT, separated by commas",
            options => options.Cluster.Count is >= 1 and <= MembersMax),
        new("Cluster",
            Members,
            _ => $"ids from 1 to {OptionText.FormatNumber(BrokerIdMax)}, each once",
            options => options.Cluster.All(member => member.BrokerId is >= 1 and <= BrokerIdMax)
                && options.Cluster.DistinctBy(member => member.BrokerId).Count() == options.Cluster.Count),
        new("Cluster",
            Members,
            _ => "addresses with a port from 1 to 65,535, each once",
            options => options.Cluster.All(member => member.Port is >= 1 and <= 65_535)
                && options.Cluster.DistinctBy(member => member.ToListenAddress()).Count() == options.Cluster.Count),
        new("Rack",
            options => $"\"{options.Rack}\"",
            _ => $"at most {MetadataLimits.BrokerTextLengthMax} characters",
            options => options.Rack.Length <= MetadataLimits.BrokerTextLengthMax),
        .. AddressRules(),
        .. DirectoryRules(),
        OptionRule.Number("Shards", options => options.Shards, 1, 64),
        OptionRule.Time("ShutdownTimeout", options => options.ShutdownTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
    ];

    private static IEnumerable<OptionRule> DirectoryRules() =>
    [
        new("DataDirectory",
            Directories,
            _ => "a path of a directory, which need not exist yet, or several, separated by commas",
            options => options.DataDirectories.Count is >= 1 and <= DirectoriesMax
                && options.DataDirectories.All(static path => IsDirectoryPath(path))),
        new("DataDirectory",
            Directories,
            _ => "directories of which none is another one, or in another one",
            options => !options.DataDirectories.All(static path => IsDirectoryPath(path))
                || options.DataDirectories.All(path => options.DataDirectories.Count(folder => IsIn(path, folder)) == 1)),
    ];

    private static string Directories(BrokerOptions options) => $"\"{options.DataDirectory}\"";

    private static bool IsDirectoryPath(string path) =>
        !string.IsNullOrWhiteSpace(path) && !path.Contains('\0', StringComparison.Ordinal) && !File.Exists(path);

    private static bool IsIn(string path, string folder) =>
        Rooted(path).StartsWith(Rooted(folder), StringComparison.Ordinal);

    private static string Rooted(string path) => Path.GetFullPath(path + Path.DirectorySeparatorChar);

    private static IEnumerable<OptionRule> AddressRules() =>
    [
        Distinct("PeerListen", options => options.PeerListen, "ClientListen", options => options.ClientListen),
        Distinct("HttpListen", options => options.HttpListen, "ClientListen", options => options.ClientListen),
        Distinct("HttpListen", options => options.HttpListen, "PeerListen", options => options.PeerListen),
        new("ClientAdvertised",
            options => options.ClientAdvertised?.ToString() ?? "nothing, with ClientListen " + options.ClientListen,
            _ => "an address that clients can reach, since 0.0.0.0 and [::] bind every interface and name none",
            options => !(options.ClientAdvertised ?? options.ClientListen).IsAnyAddress),
        new("ClientAdvertised",
            options => options.ClientAdvertised?.ToString() ?? "nothing",
            _ => "an address with a port from 1 to 65,535",
            options => options.ClientAdvertised is null or { Port: >= 1 }),
    ];

    private static OptionRule Distinct(
        string key,
        Func<BrokerOptions, ListenAddress> get,
        string otherKey,
        Func<BrokerOptions, ListenAddress> other) =>
        new(
            key,
            options => get(options).ToString(),
            options => $"an address that is not {otherKey}'s, which is {other(options)}",
            options => get(options).Port == 0 || get(options) != other(options));

    private static string Members(BrokerOptions options) => string.Join(",", options.Cluster);

    private static bool IsClusterName(string name) =>
        name.Length is >= 1 and <= ClusterNameLengthMax
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}
