using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Clients;

/// <summary>
/// Accepts clients from Kestrel, up to ConnectionsMax, and closes those that break a time limit.
/// </summary>
internal sealed class ClientConnectionHandler : ConnectionHandler, IAsyncDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClientConnection, bool> _connections = new();
    private readonly ConcurrentDictionary<ClientConnection, long> _leaving = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ClientServices _services;
    private readonly RequestDispatcher _dispatcher;
    private readonly Task _checking;
    private int _count;

    public ClientConnectionHandler(ClientServices services)
    {
        _services = services;
        _dispatcher = new RequestDispatcher(services);
        _checking = Task.Run(CheckDeadlinesAsync);
    }

    /// <summary>The connections that are served, and those that were and whose last bytes are still on their way.</summary>
    public int Count => _connections.Count + _leaving.Count;

    /// <summary>The connections that are served: each may have requests in flight.</summary>
    public int Serving => _connections.Count;

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        _services.Metrics.ConnectionOpened("client");
        var client = new ClientConnection(connection, _dispatcher, _services)
        {
            IsOneTooMany = Interlocked.Increment(ref _count) > _services.Options.Limits.ConnectionsMax,
        };
        _connections.TryAdd(client, true);
        try
        {
            await client.RunAsync();
        }
        finally
        {
            // The transport still has to send what it holds, and a client that does not read could hold it for ever.
            _leaving.TryAdd(client, _services.Time.GetTimestamp());
            _connections.TryRemove(client, out _);
            Interlocked.Decrement(ref _count);
            _services.Metrics.ConnectionClosed("client");
        }
    }

    /// <summary>Waits until every request in flight is answered, or the time is up.</summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        var drained = Task.WhenAll(_connections.Keys.Select(connection => connection.Window.WhenEmptyAsync()));
        try
        {
            await drained.WaitAsync(timeout, _services.Time);
        }
        catch (TimeoutException)
        {
            // What is left is a client's long wait, or a request that has no majority.
        }
    }

    /// <summary>Closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Keys.Concat(_leaving.Keys.Where(left => !left.Closed.IsCancellationRequested)))
        {
            connection.Abort("stopping", "The broker is stopping.");
        }

        await _stopping.CancelAsync();
        await _checking;
        _stopping.Dispose();
    }

    private async Task CheckDeadlinesAsync()
    {
        using var timer = new PeriodicTimer(CheckInterval, _services.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                var now = _services.Time.GetTimestamp();
                foreach (var connection in _connections.Keys)
                {
                    connection.CheckDeadlines(now);
                }

                CheckLeaving(now);
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    private void CheckLeaving(long now)
    {
        foreach (var (connection, since) in _leaving)
        {
            if (connection.Closed.IsCancellationRequested)
            {
                _leaving.TryRemove(connection, out _);
            }
            else if (_services.Time.GetElapsedTime(since, now) > _services.Options.Limits.WriteTimeout)
            {
                connection.Abort("write_timeout", "The client has not read the last of its replies.");
                _leaving.TryRemove(connection, out _);
            }
        }
    }
}
