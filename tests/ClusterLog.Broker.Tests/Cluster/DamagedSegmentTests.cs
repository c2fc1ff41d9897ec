using System.Text;
using ClusterLog.Broker.Shards;
using ClusterLog.Client;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>Damage that is met not at start but in a read: the replica stops, and comes back as another by itself.</summary>
public sealed class DamagedSegmentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_OfADamagedSegment_IsServedByAnotherWhileTheReplicaIsRepaired()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled, options =>
        {
            // Nothing stays in memory once it is in a segment, so that every read goes to disk.
            options.Storage.TailBytesMax = 0;
            options.Storage.SegmentFlushBytes = 1;
        });
        await using var client = cluster.CreateClient();
        var topic = await client.Admin.CreateTopicAsync("t", partitions: 1, cancellationToken: Cancelled);
        var leader = topic.Partitions[0].Leader!.Value.Value;
        await using (var producer = client.CreateProducer())
        {
            for (var i = 0; i < 100; i++)
            {
                await producer.ProduceAsync(
                    new ProducerRecord { Topic = "t", Partition = 0, Value = Encoding.UTF8.GetBytes($"value {i:D4}") }, Cancelled);
            }
        }

        await DamageSegmentAsync(cluster.OptionsOf(leader).DataDirectory, "value 0050");

        // Until the damaged entry has left memory it is served from there; every read gives what was written.
        do
        {
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"value {i:D4}"), await ReadAsync(client));
        }
        while (cluster[leader].DamageFound == 0);

        // The broker goes on, and its replica has everything again: with another broker gone it makes the majority.
        await WaitUntilRepairedAsync((ShardSet)cluster[leader].Shards);
        Assert.False(cluster[leader].Failure.IsCompleted);
        var other = cluster.Ids.First(id => id != leader);
        await cluster.StopBrokerAsync(other, abruptly: true);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"value {i:D4}"), await ReadAsync(client));
    }

    /// <summary>Flips a bit of a value that stands in one of the broker's segments, once it is there.</summary>
    private static async Task DamageSegmentAsync(string directory, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        while (true)
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(directory, "segments"), "*", SearchOption.AllDirectories))
            {
                var content = await File.ReadAllBytesAsync(file, Cancelled);
                var at = content.AsSpan().IndexOf(bytes);
                if (at >= 0)
                {
                    await using var stream = File.OpenWrite(file);
                    stream.Position = at;
                    stream.WriteByte((byte)(bytes[0] ^ 1));
                    return;
                }
            }

            await Task.Delay(20, Cancelled);
        }
    }

    /// <summary>Until the broker's replica is another one, which votes, and the damaged one has left the group.</summary>
    private static async Task WaitUntilRepairedAsync(ShardSet shards)
    {
        var group = new GroupId(1);
        while (!await shards.AskAsync(group, shard => shard.Find(group) is { IsStopped: false } replica
            && replica.Identity.Incarnation > 0
            && replica.Configuration is { IsJoint: false, Voters.Length: 3 }
            && replica.Configuration.IsVoter(replica.Identity)
            && replica.ConfigurationIndex <= replica.Commit))
        {
            await Task.Delay(20, Cancelled);
        }
    }

    private static async Task<List<string>> ReadAsync(ClusterLogClient client)
    {
        var values = new List<string>();
        var options = new ConsumeOptions { Topic = "t", Partitions = [0], UntilEnd = true };
        await foreach (var record in client.ConsumeAsync(options, Cancelled))
        {
            values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
        }

        return values;
    }
}
