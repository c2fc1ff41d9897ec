namespace ClusterLog.Broker.Partitions;

/// <summary>
/// Says that every member of the group, as of this command's own entry, was clean: the payload of an entry of kind Command.
/// A replica is clean up to an offset when it holds all committed records below it, but of no key more than one.
/// </summary>
/// <param name="Offset">Up to where all were; one that is not beyond that of an earlier command changes nothing.</param>
/// <param name="UnixMilliseconds">When the leader knew, by its clock.</param>
internal readonly record struct CleanedCommand(long Offset, long UnixMilliseconds) : IPartitionCommand;
