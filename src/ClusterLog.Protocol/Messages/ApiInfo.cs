namespace ClusterLog.Protocol.Messages;

/// <summary>One API of this build.</summary>
/// <param name="Key">Its number on the wire.</param>
/// <param name="Name">Its name in documents, logs and metrics.</param>
/// <param name="VersionMin">The oldest version that is understood.</param>
/// <param name="VersionMax">The newest version that is understood.</param>
internal sealed record ApiInfo(ApiKey Key, string Name, short VersionMin, short VersionMax);
