using ClusterLog.MessagePack;

namespace ClusterLog.Protocol.Messages;

/// <summary>Arrays that hold a fixed run of fields and may hold more than this build knows.</summary>
internal static class WireArray
{
    /// <summary>
    /// Reads the header of an array that has at least so many fields; fewer are malformed. Returns how many it has
    /// beyond them.
    /// </summary>
    public static int ReadHeader(ref MessagePackReader reader, int fieldCount)
    {
        var count = reader.ReadArrayHeader();
        if (reader.Ok && count < fieldCount)
        {
            reader.Fail($"an array of at least {fieldCount} fields", $"one of {count}");
        }

        return reader.Ok ? count - fieldCount : 0;
    }

    /// <summary>Passes over fields that a later version appended.</summary>
    public static void SkipFields(ref MessagePackReader reader, int count)
    {
        for (var i = 0; i < count && reader.Ok; i++)
        {
            reader.Skip();
        }
    }

    /// <summary>Reads an array of these fields.</summary>
    public static T Read<T>(ref MessagePackReader reader)
        where T : IWireFields<T>
    {
        var extra = ReadHeader(ref reader, T.FieldCount);
        var fields = T.ReadAppended(T.Read(ref reader), ref reader, ref extra);
        SkipFields(ref reader, extra);
        return fields;
    }

    /// <summary>Reads the fields of a body to the end of its frame, which must end with them.</summary>
    public static bool TryReadBody<T>(ref MessagePackReader reader, int bodyFields, out T body)
        where T : IWireFields<T>
    {
        body = default!;
        if (bodyFields < T.FieldCount)
        {
            reader.Fail($"a body of at least {T.FieldCount} fields", $"one of {bodyFields}");
            return false;
        }

        var extra = bodyFields - T.FieldCount;
        body = T.ReadAppended(T.Read(ref reader), ref reader, ref extra);
        SkipFields(ref reader, extra);
        if (reader.Ok && !reader.End)
        {
            reader.Fail("the end of the frame", $"{reader.Remaining} more bytes");
        }

        return reader.Ok;
    }
}
