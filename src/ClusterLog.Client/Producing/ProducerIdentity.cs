namespace ClusterLog.Client.Producing;

/// <summary>What brokers know a producer by when they drop its duplicates.</summary>
internal sealed record ProducerIdentity(long Id, int Epoch)
{
    /// <summary>A producer whose batches are not checked.</summary>
    public static ProducerIdentity None { get; } = new(-1, -1);
}
