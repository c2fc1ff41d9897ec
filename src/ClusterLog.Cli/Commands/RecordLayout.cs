namespace ClusterLog.Cli.Commands;

/// <summary>What of a record is printed besides its value.</summary>
/// <param name="KeySeparator">Printed after the key of a record that has one; null to leave keys out.</param>
/// <param name="ShowMetadata">Whether partition, offset and time stand before it.</param>
internal sealed record RecordLayout(string? KeySeparator, bool ShowMetadata);
