using System.Buffers.Binary;

namespace ClusterLog.Storage.Records;

/// <summary>
/// The older WAL files that still count: <c>u64 epoch, u64 last sequence</c> each. With it recovery knows a lost file,
/// or a lost end of one, from a file that was released.
/// </summary>
internal static class FileListRecord
{
    /// <summary>Bytes of one file in the payload.</summary>
    public const int ItemBytes = 16;

    public static int RecordBytes(int count) => RecordHeader.RecordBytes(count * ItemBytes);

    public static int Write(Span<byte> target, ReadOnlySpan<ListedFile> files, ulong epoch, ulong sequence)
    {
        var payload = new byte[files.Length * ItemBytes];
        for (var i = 0; i < files.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(i * ItemBytes), files[i].Epoch);
            BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(i * ItemBytes + 8), files[i].LastSequence);
        }

        return new RecordHeader(RecordType.FileList, epoch, sequence, default).Write(target, payload);
    }

    public static ListedFile[] Read(ReadOnlySpan<byte> payload)
    {
        var files = new ListedFile[payload.Length / ItemBytes];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = new ListedFile(
                BinaryPrimitives.ReadUInt64LittleEndian(payload[(i * ItemBytes)..]),
                BinaryPrimitives.ReadUInt64LittleEndian(payload[(i * ItemBytes + 8)..]));
        }

        return files;
    }
}
