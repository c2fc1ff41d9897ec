using System.Buffers;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Tests.Golden;

/// <summary>The messages whose bytes frames.hex holds.</summary>
internal static class GoldenMessages
{
    private const string Cluster = "cluster-1";
    private const string Topic = "orders";

    public static IReadOnlyList<GoldenMessage> All { get; } =
    [
        new GoldenRequest<HandshakeRequest>("HandshakeRequest", 1, new("golden", "0.1.0")),
        Response(
            ApiKey.Handshake, 1, new HandshakeResponse(2, Cluster, "0.1.0", 8388608, 1048576, [.. ApiRegistry.Ranges.Take(10)])),
        new GoldenRequest<MetadataRequest>("MetadataRequest", 2, new([Topic, "a.b_c-d"])),
        new GoldenRequest<MetadataRequest>("MetadataRequest.All", uint.MaxValue, new((IReadOnlyList<string>?)null)),
        Response(ApiKey.Metadata, 2, Metadata()),
        new GoldenRequest<CreateTopicRequest>("CreateTopicRequest", 3, new(Topic, 6, 3, 30000)),
        new GoldenRequest<CreateTopicRequest>(
            "CreateTopicRequest.Config",
            13,
            new(Topic, 6, 3, 30000) { Config = [new("cleanup", "compact"), new("retention.bytes", "64MiB")] }),
        Response(ApiKey.CreateTopic, 3, new CreateTopicResponse(6, 3)),
        new GoldenRequest<DeleteTopicRequest>("DeleteTopicRequest", 4, new(Topic, 70000)),
        Response(ApiKey.DeleteTopic, 4, new DeleteTopicResponse()),
        new GoldenRequest<DescribeTopicRequest>("DescribeTopicRequest", 5, new(Topic)),
        Response(
            ApiKey.DescribeTopic,
            5,
            new DescribeTopicResponse(Topic, 3, [new(0, 1, 5, [1, 2, 3], 0, 1L << 40), new(1, 0, 0, [3], -1, -1)])),
        Response(
            ApiKey.DescribeTopic,
            14,
            new DescribeTopicResponse(Topic, 1, []) { Config = [new("durability", "disk"), new("retention.time", "7d")] },
            "DescribeTopicResponse.Config"),
        new GoldenRequest<ProduceRequest>("ProduceRequest", 6, new(Topic, 3, Acks.All, 30000, Batch("Batch.One"))),
        Response(ApiKey.Produce, 6, new ProduceResponse(1L << 32, false)),
        Response(ApiKey.Produce, 7, new ProduceResponse(42, true), "ProduceResponse.Duplicate"),
        new GoldenRequest<FetchRequest>(
            "FetchRequest", 8, new(500, 1, 4194304, [new(Topic, 0, 0, 1048576), new("logs", 7, 1L << 35, 65536)])),
        Response(ApiKey.Fetch, 8, Fetched()),
        new GoldenRequest<ListOffsetsRequest>(
            "ListOffsetsRequest", 9, new([new(Topic, 0, -1), new(Topic, 1, -2), new("logs", 2, 1700000000000)])),
        Response(ApiKey.ListOffsets, 9, Listed()),
        new GoldenRequest<ClusterStatusRequest>("ClusterStatusRequest", 10, new()),
        Response(ApiKey.ClusterStatus, 10, Status()),
        new GoldenRequest<InitProducerRequest>("InitProducerRequest", 11, new("golden")),
        Response(ApiKey.InitProducer, 11, new InitProducerResponse(1L << 40, 2)),
        new GoldenRequest<GetRequest>("GetRequest", 13, new(Topic, 3, new("k1"u8.ToArray()), 30000)),
        Response(ApiKey.Get, 13, new GetResponse(41, Batch("Batch.Compacted"))),
        Response(ApiKey.Get, 14, new GetResponse(-1, ReadOnlySequence<byte>.Empty), "GetResponse.None"),
        new GoldenRequest<AlterTopicRequest>(
            "AlterTopicRequest", 15, new(Topic, 30000, [new("retention.time", "1d"), new("cleanup", "default")])),
        Response(ApiKey.AlterTopic, 15, new AlterTopicResponse([new("cleanup", "delete"), new("retention.time", "1d")])),
        new GoldenRequest<MovePartitionRequest>("MovePartitionRequest", 16, new(Topic, 3, [1, 4, 5], 30000)),
        Response(ApiKey.MovePartition, 16, new MovePartitionResponse([1, 4, 5], true)),
        new GoldenRequest<ListMovesRequest>("ListMovesRequest", 17, new()),
        Response(ApiKey.ListMoves, 17, new ListMovesResponse(
            [new(Topic, 3, [1, 2, 3], [1, 4, 5], 1700000000000, 2, [new(4, 1000, 1L << 33), new(5, 0, 0)])])),
        new GoldenRequest<RebalanceRequest>("RebalanceRequest", 18, new(true, 30000)),
        Response(ApiKey.Rebalance, 18, new RebalanceResponse([new(Topic, 3, [1], [4], 0, 0, [])])),
        new GoldenRequest<ResizeTopicRequest>("ResizeTopicRequest", 19, new(Topic, 12, 3, 30000)),
        Response(ApiKey.ResizeTopic, 19, new ResizeTopicResponse(12, 3)),
        new GoldenResponse<ErrorBody>(
            "ErrorBody",
            null,
            12,
            new("Partition orders/3 is led by broker 2, and this is broker 1.", 50),
            ErrorCode.NotLeader),
        new GoldenResponse<ErrorBody>(
            "ErrorBody.Leader",
            null,
            12,
            new("Partition orders/3 is led by broker 2, and this is broker 1.", 0) { Leader = new(2, 7, "10.0.0.2", 9400) },
            ErrorCode.NotLeader),
    ];

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(message => message.Name)];

    /// <summary>Those that lack no appended field: what a later version appends comes behind it.</summary>
    public static TheoryData<string> CompleteNames =>
        [.. Names.Where(row => Names.All(other => !other.Data.StartsWith($"{row.Data}.", StringComparison.Ordinal)))];

    public static GoldenMessage Find(string name) => All.Single(message => message.Name == name);

    private static GoldenResponse<T> Response<T>(ApiKey api, uint correlationId, T body, string? name = null)
        where T : IWireFields<T> => new(name ?? typeof(T).Name, api, correlationId, body);

    private static ReadOnlySequence<byte> Batch(string name) => new(GoldenBytes.Of(name));

    private static MetadataResponse Metadata() => new(
        Cluster,
        3,
        1L << 33,
        [new(1, "127.0.0.1", 9400), new(2, "b2", 65535)],
        [
            new(Topic, ErrorCode.None, 3, [new(0, 1, 5, [1, 2, 3]), new(1, 0, ulong.MaxValue, [])]),
            new("gone", ErrorCode.UnknownTopic, 0, []),
        ]);

    private static FetchResponse Fetched() => new(
    [
        new(Topic, 0, ErrorCode.None, 44, 41, [Batch("Batch.Two"), Batch("Batch.One")]),
        new("logs", 7, ErrorCode.NotLeader, -1, -1, []),
    ]);

    private static ListOffsetsResponse Listed() => new(
    [
        new(Topic, 0, ErrorCode.None, 44, -1),
        new(Topic, 1, ErrorCode.UnknownPartition, -1, -1),
        new("logs", 2, ErrorCode.None, 9, 1700000000001),
    ]);

    private static ClusterStatusResponse Status() => new(
        Cluster,
        2,
        "0.1.0",
        123456789,
        1,
        [
            new(1, "127.0.0.1", 9400, "127.0.0.1:9401", "127.0.0.1:9402", true),
            new(2, "127.0.0.1", 9410, "127.0.0.1:9411", "127.0.0.1:9412", false),
        ],
        [
            new(0, string.Empty, 0, ReplicaRole.Leader, 5, 2, 100, 99, 101, 0, 0, 0, 4096),
            new(
                17, Topic, 3, ReplicaRole.Failed, 6, 0, ulong.MaxValue, 1L << 33, 1L << 34, 41, 44,
                0xE3069283, 1L << 41),
        ]);
}
