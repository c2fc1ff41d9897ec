using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>
/// Says that a checkpoint of the key store is whole: the checksum of each of its files, and of each sector of the log.
/// Written last and deleted first: without it there is no checkpoint.
/// </summary>
/// <remarks>
/// <code>
///  0 u64 magic "CLUSTKEY"  8 u32 version  12 u32 crc32c of all that follows
/// 16 i32 bytes of the list, and then the list: a line "crc32c length path" for each file
///    the sectors' checksums, as CheckedDevice has them
/// </code>
/// </remarks>
internal sealed class StoreManifest(string folder)
{
    private const ulong Magic = 0x59454B5453554C43;
    private const uint Version = 1;
    private const int HeaderBytes = 20;

    private readonly string _path = Path.Combine(folder, "manifest");

    /// <summary>Where the store keeps its checkpoints.</summary>
    public string CheckpointFolder { get; } = Path.Combine(folder, "checkpoint");

    /// <summary>After <see cref="Check"/>: the sectors' checksums.</summary>
    public byte[] Sectors => File.ReadAllBytes(_path) is var bytes
        ? bytes[(HeaderBytes + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(16)))..]
        : [];

    public void Delete() => File.Delete(_path);

    /// <summary>Takes stock of a checkpoint that has just been completed.</summary>
    public void Write(byte[] sectors)
    {
        var list = Encoding.UTF8.GetBytes(string.Concat(Files().Select(Describe)));
        var bytes = new byte[HeaderBytes + list.Length + sectors.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), list.Length);
        list.CopyTo(bytes.AsSpan(HeaderBytes));
        sectors.CopyTo(bytes.AsSpan(HeaderBytes + list.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Crc32C.Compute(bytes.AsSpan(16)));
        using (var file = File.Create(_path + ".tmp"))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(_path + ".tmp", _path, overwrite: true);
    }

    /// <summary>False when there is no checkpoint.</summary>
    /// <exception cref="InvalidDataException">There is one, and it is not as it was written.</exception>
    public bool Check()
    {
        if (!File.Exists(_path))
        {
            return false;
        }

        var bytes = File.ReadAllBytes(_path);
        if (bytes.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12)) != Crc32C.Compute(bytes.AsSpan(16)))
        {
            throw new InvalidDataException($"{_path} is damaged, or of another version.");
        }

        var expected = Encoding.UTF8.GetString(
            bytes, HeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(16)));
        var found = string.Concat(Files().Select(Describe));
        return expected == found
            ? true
            : throw new InvalidDataException($"The checkpoint expected is\n{expected}and the one found is\n{found}");
    }

    private IEnumerable<string> Files() => Directory.Exists(CheckpointFolder)
        ? Directory.EnumerateFiles(CheckpointFolder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : [];

    private string Describe(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[1 << 20];
        var crc = 0u;
        for (int count; (count = file.Read(buffer)) > 0;)
        {
            crc = Crc32C.Append(crc, buffer.AsSpan(0, count));
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{crc:x8} {file.Length} {Path.GetRelativePath(CheckpointFolder, path)}\n");
    }
}
