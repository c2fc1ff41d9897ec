namespace ClusterLog.Conventions.Tests.Code;

/// <summary>How many lines a file ("path") or a method ("path#name") has.</summary>
internal sealed record Length(string Name, int Lines);
