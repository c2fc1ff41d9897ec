namespace ClusterLog.Server.Configuration;

/// <summary>What one source says of one setting.</summary>
/// <param name="Path">The setting's path, as far as the source's key tells; it may be no setting at all.</param>
/// <param name="Text">The value.</param>
/// <param name="Origin">The key as its user wrote it: an option, a variable, or a path in a file.</param>
internal sealed record ConfiguredValue(string Path, string Text, string Origin);
