namespace ClusterLog.Conventions.Tests.Code;

/// <summary>One banned spelling, and where it stands.</summary>
internal sealed record BannedCall(string Rule, string Path, string At);
