using System.Text;

namespace ClusterLog.Client.Tests.Support;

/// <summary>Records of text, and back.</summary>
internal static class Text
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static ProducerRecord Record(string value, int? partition = 0, string topic = "t", string? key = null) =>
        new(topic, Bytes(value), key is null ? default(ReadOnlyMemory<byte>?) : Bytes(key)) { Partition = partition };

    public static string? Value(ConsumedRecord record) =>
        record.Value is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    public static async Task<List<ConsumedRecord>> ReadAsync(
        ClusterLogClient client, ConsumeOptions options, int count = int.MaxValue)
    {
        var records = new List<ConsumedRecord>();
        await foreach (var record in client.ConsumeAsync(options, TestContext.Current.CancellationToken))
        {
            records.Add(record);
            if (records.Count == count)
            {
                break;
            }
        }

        return records;
    }
}
