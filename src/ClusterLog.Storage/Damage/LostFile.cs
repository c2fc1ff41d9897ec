using System.Globalization;
using System.Text;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// The file LOST: a <see cref="LostRecord"/> in lines that a person can read, the last one with a checksum of those
/// before. Written anew as a whole, durably, before anything damaged is cut off or moved aside; absent while all is
/// well.
/// <code>
/// clusterlog lost identities, format 3
/// directory=[16 hex digits] epoch=[16 hex digits] sequence=[decimal]
/// group [tab] incarnation [tab] void before [tab] lost from [tab] file [tab] position [tab] expected [tab] found
/// (one such line per group)
/// crc32c=[8 hex digits]
/// </code>
/// </summary>
internal static class LostFile
{
    private const string Title = "clusterlog lost identities, format 3";
    private const int Fields = 8;

    /// <exception cref="CorruptLogException">The file is damaged: nobody knows any more which groups were.</exception>
    public static LostRecord Load(IStorageDisk disk)
    {
        if (!disk.Exists(StorageLayout.LostFile))
        {
            return LostRecord.None;
        }

        return TryDecode(TextFile.Read(disk, StorageLayout.LostFile, long.MaxValue)) ?? throw new CorruptLogException(
            null, StorageLayout.LostFile, 0, "the groups whose identity is lost, and their checksum", "something else");
    }

    /// <summary>Returns once the record is durable, in place of the one before.</summary>
    public static void Save(IStorageDisk disk, LostRecord record)
    {
        if (record == LostRecord.None)
        {
            disk.Delete(StorageLayout.LostFile);
            disk.SyncDirectory("");
        }
        else
        {
            TextFile.Replace(disk, StorageLayout.LostFile, Encode(record));
        }
    }

    public static string Encode(LostRecord record)
    {
        var text = new StringBuilder(Title).Append('\n').Append(
            CultureInfo.InvariantCulture,
            $"directory={record.DirectoryId:x16} epoch={record.FirstEpoch:x16} sequence={record.FirstSequence}\n");
        foreach (var lost in record.Groups.Values)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{lost.Group.Value}\t{lost.Incarnation}\t{lost.VoidBefore}\t{lost.LostFrom.Value}\t{Plain(lost.Damage.File)}\t{lost.Damage.Position}");
            text.Append('\t').Append(Plain(lost.Damage.Expected)).Append('\t').Append(Plain(lost.Damage.Found)).Append('\n');
        }

        return TextFile.WithChecksum(text.ToString());
    }

    public static LostRecord? TryDecode(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[0] != Title)
        {
            return null;
        }

        var head = lines[1].Split(' ');
        if (head.Length != 3
            || !ulong.TryParse(Value(head[0], "directory="), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            || !ulong.TryParse(Value(head[1], "epoch="), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch)
            || !ulong.TryParse(Value(head[2], "sequence="), CultureInfo.InvariantCulture, out var sequence))
        {
            return null;
        }

        var record = LostRecord.None with { DirectoryId = (long)id, FirstEpoch = epoch, FirstSequence = sequence };
        foreach (var line in lines[2..^2])
        {
            if (TryDecodeGroup(line.Split('\t')) is not { } lost)
            {
                return null;
            }

            record = record.With(lost);
        }

        // What was read, written again, is what was found, or it is not what was written.
        return Encode(record) == text ? record : null;
    }

    private static LostIdentity? TryDecodeGroup(string[] fields) =>
        fields.Length == Fields
        && ulong.TryParse(fields[0], CultureInfo.InvariantCulture, out var group)
        && uint.TryParse(fields[1], CultureInfo.InvariantCulture, out var incarnation)
        && ulong.TryParse(fields[2], CultureInfo.InvariantCulture, out var voidBefore)
        && ulong.TryParse(fields[3], CultureInfo.InvariantCulture, out var lostFrom)
        && long.TryParse(fields[5], CultureInfo.InvariantCulture, out var position)
            ? new LostIdentity(
                new GroupId(group), incarnation, voidBefore, new GroupDamage(fields[4], position, fields[6], fields[7]),
                new LogIndex(lostFrom))
            : null;

    private static string Value(string field, string key) =>
        field.StartsWith(key, StringComparison.Ordinal) ? field[key.Length..] : "";

    private static string Plain(string text) => text.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ');
}
