using System.Collections.Immutable;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// A change of the cluster's metadata: the payload of a command entry of the metadata group. What it does is a function
/// of the state and the command alone, so whatever needs a choice is chosen before it is proposed.
/// </summary>
internal abstract record MetadataCommand;

/// <summary>Makes a broker known, or its addresses anew; its state stays. Doing it twice changes nothing.</summary>
internal sealed record RegisterBrokerCommand(BrokerInfo Broker) : MetadataCommand;

/// <summary>Says what a broker is for. Doing it twice changes nothing.</summary>
/// <param name="BrokerId">The broker.</param>
/// <param name="State">Its state from now on.</param>
internal sealed record SetBrokerStateCommand(int BrokerId, BrokerState State) : MetadataCommand;

/// <summary>
/// Takes a broker that holds no replicas out of the cluster; it is refused from then on. Doing it twice changes nothing.
/// </summary>
/// <param name="BrokerId">The broker.</param>
internal sealed record RemoveBrokerCommand(int BrokerId) : MetadataCommand;

/// <summary>Changes settings of a topic. Doing it twice changes nothing.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Change">What changes.</param>
internal sealed record AlterTopicCommand(string Name, TopicConfigChange Change) : MetadataCommand;

/// <summary>Takes a topic and its partitions out of the metadata; its groups' ids are never used again.</summary>
/// <param name="Name">The topic's name.</param>
internal sealed record DeleteTopicCommand(string Name) : MetadataCommand;

/// <summary>Sets aside producer ids for the broker that asks; those it does not use are lost.</summary>
/// <param name="Count">How many; 1 to <see cref="MetadataLimits.ProducerIdBlockMax"/>.</param>
internal sealed record AllocateProducerIdsCommand(int Count) : MetadataCommand;

/// <summary>
/// Says which brokers are to hold a partition. Those that hold it, or that are leaving and not yet reported to be out, keep
/// their replicas; the others get new ones. The group's own membership follows by changes in its log.
/// </summary>
/// <param name="Group">The partition's group.</param>
/// <param name="Brokers">1 to <see cref="MetadataLimits.ReplicasMax"/> different brokers, the preferred leader first.</param>
internal sealed record AssignReplicasCommand(GroupId Group, ImmutableArray<int> Brokers) : MetadataCommand
{
    /// <summary>
    /// <see cref="PartitionInfo.AssignedAt"/> as whoever decides this has seen it: it is refused where there has been another
    /// assignment since. Zero: whatever there was.
    /// </summary>
    public LogIndex Expected { get; init; }

    /// <summary>When it was asked for, in Unix milliseconds.</summary>
    public long AskedAt { get; init; }
}

/// <summary>
/// A group has the members that it was to have by an assignment, for good: all others are out, and none of them comes in
/// again by that assignment or an earlier one. Reported by the group's leader; doing it twice changes nothing, nor does a
/// report of an assignment that has been overtaken.
/// </summary>
/// <param name="Group">The partition's group.</param>
/// <param name="AssignedAt">The <see cref="PartitionInfo.AssignedAt"/> of the assignment.</param>
internal sealed record ReachAssignmentCommand(GroupId Group, LogIndex AssignedAt) : MetadataCommand;

/// <summary>Takes a partition back to where it was before the move that is under way. Doing it twice changes nothing.</summary>
/// <param name="Group">The partition's group.</param>
internal sealed record CancelMoveCommand(GroupId Group) : MetadataCommand;

/// <summary>Gives a topic more partitions. Doing it twice changes nothing.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="PartitionCount">How many it is to have; at least as many as it has.</param>
/// <param name="Placement">
/// For each new partition its brokers, preferred leader first; empty in a request that travels to the leader, who fills it in.
/// </param>
internal sealed record AddPartitionsCommand(
    string Name, int PartitionCount, ImmutableArray<ImmutableArray<int>> Placement) : MetadataCommand;

/// <summary>Says how many replicas a topic's partitions are to have; they get there by moves, a few at a time.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="ReplicaCount">1 to <see cref="MetadataLimits.ReplicasMax"/>.</param>
internal sealed record SetReplicaCountCommand(string Name, int ReplicaCount) : MetadataCommand;

/// <summary>Says whether brokers are to be levelled, by moves, a few at a time. Ends by itself.</summary>
internal sealed record SetRebalancingCommand(bool IsOn) : MetadataCommand;

/// <summary>
/// A broker has lost what one of its replicas had promised, by damage or with its disk: the replica's place is given to
/// another of the same broker, which bears this entry's index as its incarnation. Asked again, it gives the same answer.
/// </summary>
/// <param name="Group">The group; also that of the metadata itself.</param>
/// <param name="Lost">The identity that is never to speak again.</param>
/// <param name="DirectoryId">
/// The broker's data directory. In the metadata group it tells an answer that was lost on its way from an identity that
/// an earlier directory took with it.
/// </param>
internal sealed record ReplaceReplicaCommand(GroupId Group, ReplicaId Lost, long DirectoryId) : MetadataCommand;
