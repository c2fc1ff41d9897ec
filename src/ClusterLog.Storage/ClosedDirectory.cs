namespace ClusterLog.Storage;

/// <summary>A data directory that could not be opened, so that the broker goes on without it.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Reason">Why.</param>
internal sealed record ClosedDirectory(string Directory, Exception Reason);
