using ClusterLog.Raft;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// Says as of which metadata entry the group's members are led to where they are to be: the payload of an entry of kind
/// Command. It stands before every change of members that follows from that entry, so that whoever leads later and knows of an
/// earlier assignment only, changes nothing.
/// </summary>
/// <param name="At">The <see cref="Metadata.PartitionInfo.AssignedAt"/>; one that is not beyond an earlier command's changes nothing.</param>
internal readonly record struct AssignedCommand(LogIndex At) : IPartitionCommand;
