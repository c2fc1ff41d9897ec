using System.Text;
using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Tests.Histories;

/// <summary>Histories to text and back.</summary>
internal static class Lines
{
    public static string Write(IEnumerable<HistoryOperation> operations, int lineBytesMax = HistoryFormat.LineBytesMaxDefault)
    {
        using var stream = new MemoryStream();
        var writer = new HistoryWriter(stream, lineBytesMax);
        foreach (var operation in operations)
        {
            writer.Write(operation);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static HistoryOperation[] Read(string text, int lineBytesMax = HistoryFormat.LineBytesMaxDefault)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return [.. HistoryReader.Read(stream, lineBytesMax)];
    }
}
