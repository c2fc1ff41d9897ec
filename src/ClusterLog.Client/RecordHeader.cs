namespace ClusterLog.Client;

/// <summary>A name and a value that travel with a record.</summary>
/// <param name="Name">The name; each at most once in a record.</param>
/// <param name="Value">The value, or null.</param>
public readonly record struct RecordHeader(string Name, ReadOnlyMemory<byte>? Value);
