using System.Runtime.CompilerServices;

namespace ClusterLog.Disks;

/// <summary>A file's bytes at one moment. Nobody changes it.</summary>
internal sealed class FileImage
{
    private ulong? _identity;

    public FileImage(byte[]?[] pages, int length) => (AllPages, Length) = (pages, length);

    public static FileImage Empty { get; } = new([], 0);

    /// <summary>At least as many as the length asks for.</summary>
    public byte[]?[] AllPages { get; }

    public int Length { get; }

    /// <summary>The same for two images that share all their pages.</summary>
    public ulong Identity => _identity ??= Compute();

    private ulong Compute()
    {
        var hash = new HashCode();
        hash.Add(Length);
        foreach (var page in AllPages.AsSpan(0, Pages.CountOf(Length)))
        {
            hash.Add(page is null ? 0 : RuntimeHelpers.GetHashCode(page));
        }

        return (ulong)(uint)hash.ToHashCode();
    }
}
