using System.Reflection;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Peers;
using ClusterLog.Server.Configuration;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Server.Tests.Configuration;

/// <summary>A text for each setting that is not its default, and the property that it must end up in.</summary>
internal static class SettingSamples
{
    public static (string Text, object Value) Of(Setting setting) => Property(setting.Path).PropertyType switch
    {
        var type when type == typeof(int) && setting.Form.StartsWith("bytes", StringComparison.Ordinal) =>
            ("77 KiB", 77 << 10),
        var type when type == typeof(int) => ("77", 77),
        var type when type == typeof(long) => ("77 KiB", 77L << 10),
        var type when type == typeof(TimeSpan) => ("77 ms", TimeSpan.FromMilliseconds(77)),
        var type when type == typeof(string) => ("seventy-seven", "seventy-seven"),
        var type when type == typeof(ListenAddress) => ("10.0.0.7:77", new ListenAddress("10.0.0.7", 77)),
        var type when type == typeof(LogLevel) => ("Error", LogLevel.Error),
        var type when type == typeof(LogFormat) => ("json", LogFormat.Json),
        var type when type == typeof(WalSync) => ("FDATASYNC", WalSync.Fdatasync),
        _ => ("7=a:1, 8=b:2", new[] { new PeerAddress(7, "a", 1), new PeerAddress(8, "b", 2) }),
    };

    /// <summary>Every settable property of the options by its path.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo[]> Properties { get; } = Walk(typeof(BrokerOptions), [])
        .Append(("Log.Level", [typeof(ServerOptions).GetProperty(nameof(ServerOptions.LogLevel))!]))
        .Append(("Log.Format", [typeof(ServerOptions).GetProperty(nameof(ServerOptions.LogFormat))!]))
        .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    /// <summary>Every property's value, by its path.</summary>
    public static Dictionary<string, object?> Values(ServerOptions options) => Properties.ToDictionary(
        pair => pair.Key,
        pair => pair.Value.Aggregate(
            pair.Value[0].DeclaringType == typeof(ServerOptions) ? options : (object?)options.Broker,
            (owner, property) => property.GetValue(owner)));

    private static PropertyInfo Property(string path) => Properties[path][^1];

    private static IEnumerable<(string Path, PropertyInfo[] Chain)> Walk(Type type, PropertyInfo[] before)
    {
        foreach (var property in type.GetProperties())
        {
            PropertyInfo[] chain = [.. before, property];
            if (property.CanWrite)
            {
                yield return (string.Join('.', chain.Select(link => link.Name)), chain);
            }
            else
            {
                foreach (var nested in Walk(property.PropertyType, chain))
                {
                    yield return nested;
                }
            }
        }
    }
}
