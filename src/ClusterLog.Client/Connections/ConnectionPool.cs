using Microsoft.Extensions.Logging;

namespace ClusterLog.Client.Connections;

/// <summary>One connection per broker, made when it is first needed and again after it broke. Thread safe.</summary>
internal sealed class ConnectionPool : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BrokerAddress, Task<BrokerConnection>> _connections = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly ClusterLogClientOptions _options;
    private readonly ILogger _logger;
    private volatile bool _hasConnected;
    private bool _closed;

    public ConnectionPool(ClusterLogClientOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
    }

    /// <summary>
    /// The connection to the broker: the one that is open, or is being made, or a new one. Fails with a transient error
    /// if the broker cannot be reached. All who ask at the same time share the attempt.
    /// </summary>
    public Task<BrokerConnection> GetAsync(BrokerAddress address)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return Task.FromException<BrokerConnection>(new ObjectDisposedException(nameof(ClusterLogClient)));
            }

            _connections.TryGetValue(address, out var current);
            if (current is not null && IsUsable(current))
            {
                return current;
            }

            var next = ReplaceAsync(address, current);
            _connections[address] = next;
            return next;
        }
    }

    /// <summary>
    /// How long a call may go on trying: less while no broker has ever shaken hands, since then the addresses may be
    /// wrong.
    /// </summary>
    public TimeSpan Patience => _hasConnected
        ? _options.RequestTimeout
        : _options.FirstContactTimeout ?? _options.RequestTimeout;

    /// <summary>Whether a connection to the broker is open now.</summary>
    public bool IsConnected(BrokerAddress address)
    {
        lock (_gate)
        {
            return _connections.TryGetValue(address, out var connection)
                && connection.IsCompletedSuccessfully && !connection.Result.IsClosed;
        }
    }

    /// <summary>Closes all connections; requests without an answer fail.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<BrokerConnection>[] connections;
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            connections = [.. _connections.Values];
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (var connection in connections)
        {
            await DisposeAsync(connection).ConfigureAwait(false);
        }

        _closing.Dispose();
    }

    private static bool IsUsable(Task<BrokerConnection> connection) =>
        !connection.IsCompleted || (connection.IsCompletedSuccessfully && !connection.Result.IsClosed);

    private static async Task DisposeAsync(Task<BrokerConnection> connection)
    {
        try
        {
            var made = await connection.ConfigureAwait(false);
            await made.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is ClusterLogException or OperationCanceledException)
        {
            // It was never made, so there is nothing to close; who asked for it has been told.
        }
    }

    private async Task<BrokerConnection> ReplaceAsync(BrokerAddress address, Task<BrokerConnection>? broken)
    {
        // The caller holds the lock of the pool.
        await Task.Yield();
        if (broken is not null)
        {
            await DisposeAsync(broken).ConfigureAwait(false);
        }

        var connection = await BrokerConnection.ConnectAsync(address, _options, _logger, _closing.Token)
            .ConfigureAwait(false);
        _hasConnected = true;
        return connection;
    }
}
