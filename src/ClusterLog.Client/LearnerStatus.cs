using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>A replica that fills itself from its leader.</summary>
/// <param name="Broker">The broker that it is on.</param>
/// <param name="EntriesBehind">Entries of the log that it lacks.</param>
/// <param name="BytesBehind">About how many bytes these are.</param>
public sealed record LearnerStatus(BrokerId Broker, long EntriesBehind, long BytesBehind);
