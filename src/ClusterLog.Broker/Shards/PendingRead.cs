namespace ClusterLog.Broker.Shards;

/// <summary>
/// Someone who wants to read a state machine as of now: with everything in it that was committed when he asked. It may be
/// read when this completes; a read that failed may be repeated.
/// </summary>
internal abstract class PendingRead : Waiting;
