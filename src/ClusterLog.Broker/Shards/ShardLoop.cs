using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Shards;

/// <summary>Drives one shard: takes whatever has arrived as one turn, ends the turn, waits for more.</summary>
internal sealed class ShardLoop : IAsyncDisposable
{
    /// <summary>Most works in one turn, so that under load the disk is kept busy instead of waiting for the inbox to empty.</summary>
    private const int WorksPerTurnMax = 512;

    private readonly Shard _shard;
    private readonly Action<Exception> _onFailed;
    private readonly ILogger _logger;
    private readonly Task _running;

    /// <param name="onFailed">Told when the loop itself breaks; the broker must stop then.</param>
    public ShardLoop(Shard shard, Action<Exception> onFailed, ILogger logger)
    {
        _shard = shard;
        _onFailed = onFailed;
        _logger = logger;
        _running = Task.Run(RunAsync);
    }

    public Shard Shard => _shard;

    /// <summary>Lets the shard finish what is in its inbox, then stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        _shard.Inbox.Close();
        await _running;
    }

    private async Task RunAsync()
    {
        try
        {
            await ProcessAsync();
        }
        catch (Exception exception)
        {
            _logger.ShardStopped(_shard.Id, exception);
            _onFailed(exception);
        }
        finally
        {
            _shard.Close();
        }
    }

    private async Task ProcessAsync()
    {
        while (await _shard.Inbox.WaitAsync())
        {
            for (var works = 0; works < WorksPerTurnMax && _shard.Inbox.TryTake(out var work); works++)
            {
                _shard.Run(work!);
            }

            _shard.EndTurn();
        }
    }
}
