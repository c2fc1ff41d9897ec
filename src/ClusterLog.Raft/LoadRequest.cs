namespace ClusterLog.Raft;

/// <summary>
/// Asks the driver to read entries from disk for <paramref name="Peer"/>: from <paramref name="First"/> on, up to
/// <paramref name="Last"/> and to <paramref name="BytesMax"/>, at least one. One load per peer is under way at a time.
/// </summary>
internal readonly record struct LoadRequest(ReplicaId Peer, LogIndex First, LogIndex Last, int BytesMax);
