using System.Collections.Frozen;

namespace ClusterLog.Protocol;

/// <summary>What holds for each <see cref="ErrorCode"/>. Thread safe.</summary>
public static class ErrorCodes
{
    private static readonly FrozenDictionary<ErrorCode, (bool IsTransient, string Description)> Table =
        new Dictionary<ErrorCode, (bool IsTransient, string Description)>
        {
            [ErrorCode.None] = (false, "no error"),
            [ErrorCode.Internal] = (false, "the broker met a fault of its own"),
            [ErrorCode.MalformedRequest] = (false, "the request is malformed"),
            [ErrorCode.UnknownApi] = (false, "the broker does not know this API"),
            [ErrorCode.UnsupportedVersion] = (false, "the broker does not support this version of the API"),
            [ErrorCode.HandshakeRequired] = (false, "the first request on a connection must be a handshake"),
            [ErrorCode.FrameTooLarge] = (false, "the frame is larger than the broker accepts"),
            [ErrorCode.TooManyConnections] = (true, "the broker has as many connections as it may have"),
            [ErrorCode.TooManyRequests] = (true, "as many requests wait as may wait"),
            [ErrorCode.ShuttingDown] = (true, "the broker is shutting down"),
            [ErrorCode.RequestTimedOut] = (true, "the request timed out and its outcome is unknown"),
            [ErrorCode.UnknownTopic] = (false, "the topic does not exist"),
            [ErrorCode.UnknownPartition] = (false, "the topic has no such partition"),
            [ErrorCode.TopicAlreadyExists] = (false, "the topic exists already"),
            [ErrorCode.InvalidTopicName] = (false, "a topic cannot have this name"),
            [ErrorCode.InvalidPartitionCount] = (false, "the number of partitions is out of range"),
            [ErrorCode.InvalidReplicaCount] = (false, "the number of replicas is out of range"),
            [ErrorCode.NotLeader] = (true, "the broker does not lead the partition"),
            [ErrorCode.LeaderNotAvailable] = (true, "the partition has no leader now"),
            [ErrorCode.RecordTooLarge] = (false, "a record is larger than the broker accepts"),
            [ErrorCode.CorruptBatch] = (false, "the record batch does not match its checksum"),
            [ErrorCode.InvalidBatch] = (false, "the record batch breaks a rule of its format"),
            [ErrorCode.OffsetOutOfRange] = (false, "the partition does not hold this offset"),
            [ErrorCode.OutOfOrderSequence] = (false, "the batch is not the next of its producer"),
            [ErrorCode.UnknownProducer] = (false, "the partition does not know the producer"),
            [ErrorCode.ProducerFenced] = (false, "a newer epoch of the producer has written"),
            [ErrorCode.StorageFull] = (true, "the broker's disk is full"),
            [ErrorCode.StorageFailed] = (true, "the broker's disk failed"),
            [ErrorCode.MetadataNotAvailable] = (true, "the cluster has no controller now"),
            [ErrorCode.TooManyTopics] = (false, "the cluster has as many topics as it may have"),
            [ErrorCode.InvalidArgument] = (false, "a field of the request is out of range"),
            [ErrorCode.KeyRequired] = (false, "a compacted topic takes only records with a key"),
            [ErrorCode.NotCompacted] = (false, "the topic is not compacted"),
            [ErrorCode.UnknownBroker] = (false, "the cluster has no such broker"),
            [ErrorCode.BrokerNotEmpty] = (false, "the broker still holds replicas"),
            [ErrorCode.NotMoving] = (false, "the partition does not move"),
            [ErrorCode.AssignmentChanged] = (true, "something else was decided meanwhile"),
        }.ToFrozenDictionary();

    /// <summary>
    /// Whether the same request may succeed later, perhaps at another broker, without anyone changing anything. After
    /// <see cref="ErrorCode.RequestTimedOut"/> it may also have taken effect: repeat only what is safe to do twice.
    /// </summary>
    public static bool IsTransient(ErrorCode code) => Table.TryGetValue(code, out var entry) && entry.IsTransient;

    /// <summary>The error in words, as part of a sentence: no capital, no full stop.</summary>
    public static string Describe(ErrorCode code) =>
        Table.TryGetValue(code, out var entry) ? entry.Description : $"error {(short)code}, unknown to this version";
}
