namespace ClusterLog.Storage.Disk;

/// <summary>The disk, or the quota on it, has no room left for a write (ENOSPC, EDQUOT).</summary>
internal sealed class DiskFullException : IOException
{
    public DiskFullException(string message)
        : base(message)
    {
    }
}
