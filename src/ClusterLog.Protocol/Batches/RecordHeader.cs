namespace ClusterLog.Protocol.Batches;

/// <summary>One header of a record.</summary>
/// <param name="Key">Its name, unique within the record.</param>
/// <param name="Value">Its bytes, or null.</param>
internal readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value);
