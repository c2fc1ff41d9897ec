namespace ClusterLog.Broker.Metadata;

/// <summary>
/// A change of the cluster's metadata: the payload of a command entry of the metadata group. What it does is a function
/// of the state and the command alone, so whatever needs a choice is chosen before it is proposed.
/// </summary>
internal abstract record MetadataCommand;

/// <summary>Makes a broker known, or its addresses anew. Doing it twice changes nothing.</summary>
internal sealed record RegisterBrokerCommand(BrokerInfo Broker) : MetadataCommand;

/// <summary>Takes a topic and its partitions out of the metadata; its groups' ids are never used again.</summary>
/// <param name="Name">The topic's name.</param>
internal sealed record DeleteTopicCommand(string Name) : MetadataCommand;

/// <summary>Sets aside producer ids for the broker that asks; those it does not use are lost.</summary>
/// <param name="Count">How many; 1 to <see cref="MetadataLimits.ProducerIdBlockMax"/>.</param>
internal sealed record AllocateProducerIdsCommand(int Count) : MetadataCommand;
