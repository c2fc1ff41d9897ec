using ClusterLog.Client.Tests.Support;

namespace ClusterLog.Client.Tests;

public class SmokeTests
{
    [Fact]
    public async Task ProduceAsync_ThenConsume_GivesTheRecordBack()
    {
        await using var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer();
        var report = await producer.ProduceAsync(Text.Record("hello", key: "k") with
        {
            Headers = [new RecordHeader("a", Text.Bytes("1")), new RecordHeader("b", null)],
            Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(1234),
        }, TestContext.Current.CancellationToken);
        Assert.Equal(0, report.Offset.Value);

        var record = Assert.Single(await Text.ReadAsync(client, new ConsumeOptions { Topic = "t", UntilEnd = true }));
        Assert.Equal("hello", Text.Value(record));
        Assert.Equal("k"u8.ToArray(), record.Key!.Value.ToArray());
        Assert.Equal(1234, record.Timestamp.ToUnixTimeMilliseconds());
        Assert.Equal(["a", "b"], record.Headers.Select(header => header.Name));
        Assert.Equal("1"u8.ToArray(), record.Headers[0].Value!.Value.ToArray());
        Assert.Null(record.Headers[1].Value);
    }
}
