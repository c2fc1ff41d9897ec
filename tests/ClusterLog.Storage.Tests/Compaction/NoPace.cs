using ClusterLog.Storage.Compaction;

namespace ClusterLog.Storage.Tests.Compaction;

/// <summary>As fast as it goes.</summary>
internal sealed class NoPace : IPace
{
    public static NoPace Instance { get; } = new();

    public ValueTask SpendAsync(long bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
