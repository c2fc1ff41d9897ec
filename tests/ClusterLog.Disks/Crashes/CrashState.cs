namespace ClusterLog.Disks.Crashes;

/// <summary>What a crash may leave.</summary>
internal readonly record struct CrashState(CrashKind Kind, DiskImage Image);
