namespace ClusterLog.Disks;

/// <summary>All that a disk holds at one moment. Nobody changes it.</summary>
internal sealed record DiskImage(IReadOnlyDictionary<string, FileImage> Files, IReadOnlySet<string> Folders)
{
    public static DiskImage Empty { get; } = new(new Dictionary<string, FileImage>(), new HashSet<string> { "" });

    /// <summary>The same for two images with the same names, folders and pages, in all likelihood only for these.</summary>
    public ulong Identity()
    {
        ulong sum = 0;
        foreach (var (path, file) in Files)
        {
            sum += Mix((ulong)(uint)path.GetHashCode(StringComparison.Ordinal) ^ (file.Identity << 32));
        }

        foreach (var folder in Folders)
        {
            sum += Mix(~(ulong)(uint)folder.GetHashCode(StringComparison.Ordinal));
        }

        return sum;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
