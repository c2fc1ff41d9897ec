using ClusterLog.Broker.Compaction;

namespace ClusterLog.Broker.Telemetry;

/// <summary>
/// What the parts of a broker count themselves, read at each scrape. Counters rise from 0 at the broker's start; the
/// rest is as of now.
/// </summary>
internal sealed record BrokerGauges
{
    /// <summary>Groups that this broker has a replica of, group 0 included.</summary>
    public int Groups { get; init; }

    /// <summary>Groups that this broker leads.</summary>
    public int GroupsLed { get; init; }

    /// <summary>Groups whose leader this broker does not know.</summary>
    public int GroupsWithoutLeader { get; init; }

    /// <summary>Replicas that have stopped because their data failed.</summary>
    public int GroupsFailed { get; init; }

    /// <summary>Partitions whose only replica was here, and is lost.</summary>
    public int GroupsLost { get; init; }

    /// <summary>For how long there has been a group whose leader this broker does not know, in seconds.</summary>
    public double WithoutLeaderSeconds { get; init; }

    /// <summary>Replicas that have not caught up since the broker's start.</summary>
    public int GroupsCatchingUp { get; init; }

    /// <summary>How far followers are behind what this broker leads.</summary>
    public ReplicationLag Lag { get; init; } = ReplicationLag.None;

    /// <summary>Bytes of produce requests accepted and not answered.</summary>
    public long BytesWaiting { get; init; }

    /// <summary>
    /// 0: writes go on; 1: refused, since the disk is full; 2: refused, since a write or sync failed.
    /// </summary>
    public int WalState { get; init; }

    /// <summary>Counter: bytes written to the write-ahead log, padding included.</summary>
    public long WalBytes { get; init; }

    /// <summary>Counter: writes to the write-ahead log, each with its sync.</summary>
    public long WalWrites { get; init; }

    /// <summary>Counter: seconds spent in those writes and syncs.</summary>
    public double WalSyncSeconds { get; init; }

    /// <summary>Bytes handed to the write-ahead log and not on disk yet.</summary>
    public long WalQueueBytes { get; init; }

    /// <summary>Files of the write-ahead log that still hold what no segment has.</summary>
    public int WalFiles { get; init; }

    /// <summary>Counter: bytes written to segments.</summary>
    public long SegmentBytes { get; init; }

    /// <summary>Counter: writes to segments, each with its sync.</summary>
    public long SegmentWrites { get; init; }

    /// <summary>Counter: seconds spent in those writes and syncs.</summary>
    public double SegmentSyncSeconds { get; init; }

    /// <summary>Memory that holds the newest records.</summary>
    public long TailBytes { get; init; }

    /// <summary>Blocks of memory that hold payloads of the newest records, and what else is on its way.</summary>
    public long PayloadBytesUsed { get; init; }

    /// <summary>Blocks of that memory that wait to be used again.</summary>
    public long PayloadBytesFree { get; init; }

    /// <summary>Counter: blocks of that memory that were left to the garbage collector.</summary>
    public long PayloadBytesLost { get; init; }

    /// <summary>Counter: bytes of stored data read through in the background.</summary>
    public long ScrubbedBytes { get; init; }

    /// <summary>Counter: damages found in stored data.</summary>
    public long DamageFound { get; init; }

    /// <summary>Groups whose replica here was damaged, and has not come back as another yet.</summary>
    public int GroupsDamaged { get; init; }

    /// <summary>Partitions of the whole cluster that move, as far as this broker knows.</summary>
    public int Moves { get; init; }

    /// <summary>Counter: bytes read from disk for replicas that are coming into their groups.</summary>
    public long CatchUpBytes { get; init; }

    /// <summary>Counter: how often such a read was put off, since as much was read as may be.</summary>
    public long CatchUpWaits { get; init; }

    /// <summary>What compaction has done; null where there is none.</summary>
    public CompactionCounters? Compaction { get; init; }

    /// <summary>The data directories.</summary>
    public IReadOnlyList<DirectoryGauges> Directories { get; init; } = [];

    /// <summary>The other brokers.</summary>
    public IReadOnlyList<PeerGauges> Peers { get; init; } = [];
}

/// <summary>What is counted of one peer.</summary>
/// <param name="Peer">The peer's broker id.</param>
/// <param name="Connected">Whether there is a connection to it.</param>
/// <param name="BytesSent">Counter.</param>
/// <param name="BytesReceived">Counter.</param>
/// <param name="BytesQueued">Bytes that wait to be sent.</param>
/// <param name="MessagesDropped">Counter: messages not sent, since the peer was down or its queue full.</param>
internal readonly record struct PeerGauges(
    int Peer, bool Connected, long BytesSent, long BytesReceived, long BytesQueued, long MessagesDropped);
