namespace ClusterLog.Client.Tests.Support;

internal sealed record ConsumedText(long Offset, string? Key, string? Value);
