using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Shards;

/// <summary>Log messages of the shards and their replicas: ids 5000 to 5099.</summary>
internal static partial class ShardLog
{
    [LoggerMessage(5000, LogLevel.Critical, "Shard {Shard} stopped; the broker cannot go on")]
    public static partial void ShardStopped(this ILogger logger, int shard, Exception exception);

    [LoggerMessage(5001, LogLevel.Critical, "Replica of group {Group} stopped at applied index {Applied}, commit {Commit}, term {Term}: it neither votes nor acknowledges until the broker restarts")]
    public static partial void ReplicaFailed(
        this ILogger logger, GroupId group, LogIndex applied, LogIndex commit, Term term, Exception exception);

    [LoggerMessage(5002, LogLevel.Debug, "Group {Group} is led by broker {Leader} in term {Term}; this replica is {Role}")]
    public static partial void LeaderChanged(
        this ILogger logger, GroupId group, ReplicaId leader, Term term, RaftRole role);

    [LoggerMessage(5003, LogLevel.Warning, "Group {Group}: reading entries from {First} for broker {Peer} failed")]
    public static partial void LoadFailed(
        this ILogger logger, GroupId group, LogIndex first, ReplicaId peer, Exception exception);

    [LoggerMessage(5300, LogLevel.Information, "Group {Group} has the members {Before} and is to have {Assigned}: {Change}")]
    public static partial void MembersChanging(
        this ILogger logger, GroupId group, Configuration before, string assigned, ConfigurationChange change);

    [LoggerMessage(5301, LogLevel.Information, "Group {Group} has the members that it is to have, {Members}, since entry {Index}")]
    public static partial void MembersReached(this ILogger logger, GroupId group, Configuration members, LogIndex index);

    [LoggerMessage(5302, LogLevel.Information, "Replica {Replica} has left group {Group}: the partition has moved away from this broker")]
    public static partial void ReplicaLeft(this ILogger logger, ReplicaId replica, GroupId group);

    [LoggerMessage(5004, LogLevel.Information, "Group {Group}: took over the leader's snapshot at index {Index} of term {Term}, {Bytes} bytes of state, for its log holds nothing that old any more")]
    public static partial void SnapshotInstalled(this ILogger logger, GroupId group, LogIndex index, Term term, int bytes);
}
