using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>Someone who follows what replicas apply. Called on shards; must neither block nor throw.</summary>
internal interface IAppliedObserver
{
    /// <summary>A replica has applied its log up to an index.</summary>
    void OnApplied(GroupId group, LogIndex applied);
}
