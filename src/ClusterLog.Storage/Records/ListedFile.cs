namespace ClusterLog.Storage.Records;

/// <summary>A WAL file that counts, and the sequence of its last group commit.</summary>
internal readonly record struct ListedFile(ulong Epoch, ulong LastSequence);
