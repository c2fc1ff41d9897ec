using System.Globalization;
using System.Net;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>
/// A client that behaves well, on a connection of its own opened before the trouble: produces and reads back, round
/// after round, while others do their worst. A round that fails fails the test.
/// </summary>
internal sealed class Neighbour : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly RawClient _client;
    private readonly string _topic;
    private readonly int _partition;
    private readonly SemaphoreSlim _ended = new(0);
    private readonly Task _running;

    private Neighbour(RawClient client, string topic, int partition)
    {
        (_client, _topic, _partition) = (client, topic, partition);
        _running = Task.Run(RunAsync);
    }

    /// <summary>The values that were acknowledged, in order.</summary>
    public List<string> Sent { get; } = [];

    public static async Task<Neighbour> StartAsync(
        IPEndPoint broker, string topic, int partition, CancellationToken cancelled)
    {
        var neighbour = new Neighbour(await RawClient.OpenAsync(broker, cancelled), topic, partition);
        await neighbour.GoesOnAsync(cancelled);
        return neighbour;
    }

    /// <summary>Waits for rounds that begin after this call.</summary>
    public async Task GoesOnAsync(CancellationToken cancelled)
    {
        while (_ended.Wait(0, CancellationToken.None))
        {
            // Rounds that have ended already show nothing.
        }

        // The first that ends may have begun before.
        for (var rounds = 0; rounds < 2; rounds++)
        {
            var ended = _ended.WaitAsync(cancelled);
            if (await Task.WhenAny(ended, _running) == _running)
            {
                await _running;
            }

            await ended;
        }
    }

    /// <summary>Ends the rounds; throws what made one fail.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _client.DisposeAsync();
        _ended.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        for (var round = 0; !_stopping.IsCancellationRequested; round++)
        {
            var value = round.ToString(CultureInfo.InvariantCulture);
            var produced = await _client.ProduceAsync(_topic, _partition, RawFrames.Batch(value));
            Sent.Add(value);
            var fetched = await _client.AskAsync<FetchRequest, FetchResponse>(
                RawFrames.Fetch(_topic, _partition, produced.BaseOffset));
            var records = RawFrames.Records(Assert.Single(fetched.Partitions).Batches);
            Assert.Contains((produced.BaseOffset, value), records);
            _ended.Release();
        }
    }
}
