using System.Collections.Frozen;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Every request that this build knows, with its versions: the one list of what exists. A broker sends it in its
/// handshake.
/// </summary>
internal static class ApiRegistry
{
    /// <summary>All APIs, ordered by key.</summary>
    public static IReadOnlyList<ApiInfo> All { get; } =
    [
        new(ApiKey.Handshake, "Handshake", 1, 1),
        new(ApiKey.Metadata, "Metadata", 1, 1),
        new(ApiKey.CreateTopic, "CreateTopic", 1, 1),
        new(ApiKey.DeleteTopic, "DeleteTopic", 1, 1),
        new(ApiKey.DescribeTopic, "DescribeTopic", 1, 1),
        new(ApiKey.Produce, "Produce", 1, 1),
        new(ApiKey.Fetch, "Fetch", 1, 1),
        new(ApiKey.ListOffsets, "ListOffsets", 1, 1),
        new(ApiKey.ClusterStatus, "ClusterStatus", 1, 1),
        new(ApiKey.InitProducer, "InitProducer", 1, 1),
        new(ApiKey.Get, "Get", 1, 1),
        new(ApiKey.AlterTopic, "AlterTopic", 1, 1),
        new(ApiKey.MovePartition, "MovePartition", 1, 1),
        new(ApiKey.ListMoves, "ListMoves", 1, 1),
        new(ApiKey.Rebalance, "Rebalance", 1, 1),
        new(ApiKey.ResizeTopic, "ResizeTopic", 1, 1),
    ];

    /// <summary>What a broker's handshake says of its APIs.</summary>
    public static IReadOnlyList<ApiVersionRange> Ranges { get; } =
        [.. All.Select(api => new ApiVersionRange(api.Key, api.VersionMin, api.VersionMax))];

    private static readonly FrozenDictionary<ApiKey, ApiInfo> ByKey = All.ToFrozenDictionary(static api => api.Key);

    /// <summary>The API of this key, or null if this build does not know it.</summary>
    public static ApiInfo? Find(ApiKey key) => ByKey.GetValueOrDefault(key);

    /// <summary>
    /// Whether this build serves the API in this version: <see cref="ErrorCode.None"/>,
    /// <see cref="ErrorCode.UnknownApi"/> or <see cref="ErrorCode.UnsupportedVersion"/>.
    /// </summary>
    public static ErrorCode Check(ApiKey key, short version) => Find(key) switch
    {
        null => ErrorCode.UnknownApi,
        { } api when version < api.VersionMin || version > api.VersionMax => ErrorCode.UnsupportedVersion,
        _ => ErrorCode.None,
    };
}
