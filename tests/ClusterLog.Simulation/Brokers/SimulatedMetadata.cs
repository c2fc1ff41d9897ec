using ClusterLog.Broker;
using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;

namespace ClusterLog.Simulation.Brokers;

/// <summary>
/// The metadata group as the metadata service sees it, with a wait that can be cancelled and yet never leaves the
/// simulation's thread, as the one of the product does.
/// </summary>
internal sealed class SimulatedMetadata(MetadataGroup group) : IMetadataGroup
{
    public ReplicaId Leader => group.Leader;

    public bool IsLeader => group.IsLeader;

    public bool HasCaughtUp => group.HasCaughtUp;

    public MetadataSnapshot Snapshot => group.Snapshot;

    public async Task<MetadataResult> ProposeAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource<MetadataResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancellation = cancellationToken.Register(() => end.TrySetCanceled(cancellationToken));
        var forwarding = ForwardAsync(group.Propose(command), end);
        var result = await end.Task;
        await forwarding;
        return result;
    }

    public Task WaitForVersionAsync(LogIndex index, CancellationToken cancellationToken) =>
        group.WaitForVersionAsync(index, cancellationToken);

    private static async Task ForwardAsync(Task<MetadataResult> proposed, TaskCompletionSource<MetadataResult> end)
    {
        try
        {
            end.TrySetResult(await proposed);
        }
        catch (BrokerException error)
        {
            end.TrySetException(error);
        }
    }
}
