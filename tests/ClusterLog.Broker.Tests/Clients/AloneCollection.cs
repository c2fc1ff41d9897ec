namespace ClusterLog.Broker.Tests.Clients;

/// <summary>Tests that run beside no others, since they measure what belongs to the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
