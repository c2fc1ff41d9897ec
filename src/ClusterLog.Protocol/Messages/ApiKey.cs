namespace ClusterLog.Protocol.Messages;

/// <summary>The numbers of the requests, fixed for ever. <see cref="ApiRegistry"/> has their versions.</summary>
internal enum ApiKey : short
{
    /// <summary>Opens a connection; see <see cref="HandshakeRequest"/>.</summary>
    Handshake = 0,

    /// <summary>Tells brokers, topics and leaders; see <see cref="MetadataRequest"/>.</summary>
    Metadata = 1,

    /// <summary>Creates a topic; see <see cref="CreateTopicRequest"/>.</summary>
    CreateTopic = 2,

    /// <summary>Deletes a topic; see <see cref="DeleteTopicRequest"/>.</summary>
    DeleteTopic = 3,

    /// <summary>Tells a topic's replicas and offsets; see <see cref="DescribeTopicRequest"/>.</summary>
    DescribeTopic = 4,

    /// <summary>Appends a record batch; see <see cref="ProduceRequest"/>.</summary>
    Produce = 5,

    /// <summary>Reads record batches; see <see cref="FetchRequest"/>.</summary>
    Fetch = 6,

    /// <summary>Finds offsets by time, or the ends of a partition; see <see cref="ListOffsetsRequest"/>.</summary>
    ListOffsets = 7,

    /// <summary>Tells what one broker knows and holds; see <see cref="ClusterStatusRequest"/>.</summary>
    ClusterStatus = 8,

    /// <summary>Gives out a producer id; see <see cref="InitProducerRequest"/>.</summary>
    InitProducer = 9,

    /// <summary>Tells the latest record of a key; see <see cref="GetRequest"/>.</summary>
    Get = 10,

    /// <summary>Changes a topic's settings; see <see cref="AlterTopicRequest"/>.</summary>
    AlterTopic = 11,

    /// <summary>Moves a partition to other brokers, or takes that back; see <see cref="MovePartitionRequest"/>.</summary>
    MovePartition = 15,

    /// <summary>Tells which partitions move, and how far they are; see <see cref="ListMovesRequest"/>.</summary>
    ListMoves = 16,

    /// <summary>Levels the brokers, or tells what that would move; see <see cref="RebalanceRequest"/>.</summary>
    Rebalance = 17,

    /// <summary>Gives a topic more partitions or another number of replicas; see <see cref="ResizeTopicRequest"/>.</summary>
    ResizeTopic = 18,
}
