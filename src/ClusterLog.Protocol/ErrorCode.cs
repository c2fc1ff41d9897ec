namespace ClusterLog.Protocol;

/// <summary>
/// Why a broker did not do what it was asked for. The numbers are on the wire and keep their meaning for ever; a client
/// treats a number that it does not know as not transient. <see cref="ErrorCodes"/> tells which are transient.
/// </summary>
public enum ErrorCode : short
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The broker met a fault of its own; its log says more.</summary>
    Internal = 1,

    /// <summary>The request is not what its API and version prescribe.</summary>
    MalformedRequest = 2,

    /// <summary>The broker knows no API of this number.</summary>
    UnknownApi = 3,

    /// <summary>The broker knows the API, but not in this version.</summary>
    UnsupportedVersion = 4,

    /// <summary>Something else than a handshake came first on the connection, which is closed.</summary>
    HandshakeRequired = 5,

    /// <summary>The frame is longer than the broker accepts; the connection is closed.</summary>
    FrameTooLarge = 6,

    /// <summary>The broker has as many connections as it may have.</summary>
    TooManyConnections = 7,

    /// <summary>As many requests, or bytes of them, wait as may wait.</summary>
    TooManyRequests = 8,

    /// <summary>The broker is about to stop.</summary>
    ShuttingDown = 9,

    /// <summary>The request was not done in its time. Its outcome is unknown: it may still take effect.</summary>
    RequestTimedOut = 10,

    /// <summary>No topic has this name.</summary>
    UnknownTopic = 11,

    /// <summary>The topic has no partition of this number.</summary>
    UnknownPartition = 12,

    /// <summary>A topic of this name exists.</summary>
    TopicAlreadyExists = 13,

    /// <summary>The name is not one that a topic may have.</summary>
    InvalidTopicName = 14,

    /// <summary>The number of partitions is out of range.</summary>
    InvalidPartitionCount = 15,

    /// <summary>The number of replicas is out of range, or above the number of brokers.</summary>
    InvalidReplicaCount = 16,

    /// <summary>The broker does not lead this partition: ask for metadata, then the leader.</summary>
    NotLeader = 17,

    /// <summary>The partition has no leader now, or its leader is not ready to serve.</summary>
    LeaderNotAvailable = 18,

    /// <summary>A record is longer than the broker accepts.</summary>
    RecordTooLarge = 19,

    /// <summary>The batch's checksum does not fit its bytes.</summary>
    CorruptBatch = 20,

    /// <summary>The batch's checksum is right, and its content breaks a rule.</summary>
    InvalidBatch = 21,

    /// <summary>The offset is below the partition's first, or above its high watermark.</summary>
    OffsetOutOfRange = 22,

    /// <summary>The batch is not the next one of its producer: one before it is missing.</summary>
    OutOfOrderSequence = 23,

    /// <summary>The partition does not know the producer, which did not start with sequence 0.</summary>
    UnknownProducer = 24,

    /// <summary>A newer epoch of the same producer has written.</summary>
    ProducerFenced = 25,

    /// <summary>The disk is full.</summary>
    StorageFull = 26,

    /// <summary>The disk failed; the replica has stopped and another will lead.</summary>
    StorageFailed = 27,

    /// <summary>The cluster's metadata cannot be changed or read now: it has no controller.</summary>
    MetadataNotAvailable = 28,

    /// <summary>The cluster has as many topics or partitions as it may have.</summary>
    TooManyTopics = 29,

    /// <summary>A field of the request is out of its range.</summary>
    InvalidArgument = 30,

    /// <summary>A record without a key was sent to a compacted topic, which keeps records by their keys.</summary>
    KeyRequired = 31,

    /// <summary>The topic is not compacted, so its records cannot be asked for by key.</summary>
    NotCompacted = 32,

    /// <summary>No broker of the cluster has this id.</summary>
    UnknownBroker = 33,

    /// <summary>The broker still holds replicas, so it cannot be removed.</summary>
    BrokerNotEmpty = 34,

    /// <summary>The partition does not move, so there is no move to take back.</summary>
    NotMoving = 37,

    /// <summary>What the request rests on has changed since it was decided; ask again.</summary>
    AssignmentChanged = 38,
}
