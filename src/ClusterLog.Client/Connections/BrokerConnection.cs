using System.Net.Sockets;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Client.Connections;

/// <summary>
/// One pipelined connection to a broker: any thread adds requests, one loop writes them in that order with few writes,
/// one loop reads the answers. When it breaks, or an answer is late, every request without an answer fails with an
/// unknown outcome, and the connection stays closed.
/// </summary>
internal sealed partial class BrokerConnection : IAsyncDisposable
{
    // Deadlines are looked at this often, so an answer may be this much later than its limit.
    private static readonly TimeSpan DeadlineCheckInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly ClusterLogClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NetworkStream _stream;
    private readonly ITimer _deadlineTimer;
    private readonly Task _run;
    private HandshakeResponse? _handshake;
    private ClusterLogException? _closeReason;

    private BrokerConnection(BrokerAddress address, Socket socket, ClusterLogClientOptions options, ILogger logger)
    {
        Address = address;
        _options = options;
        _time = options.TimeProvider;
        _logger = logger;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _run = RunAsync();
        _deadlineTimer = _time.CreateTimer(
            static state => ((BrokerConnection)state!).CheckDeadlines(), this, DeadlineCheckInterval, DeadlineCheckInterval);
    }

    /// <summary>Where it goes to.</summary>
    public BrokerAddress Address { get; }

    /// <summary>What the broker said of itself.</summary>
    public HandshakeResponse Handshake => _handshake ?? throw new InvalidOperationException("No handshake yet.");

    /// <summary>Whether it can take no more requests.</summary>
    public bool IsClosed => Volatile.Read(ref _closeReason) is not null;

    /// <summary>Connects and shakes hands, within the connect timeout.</summary>
    public static async Task<BrokerConnection> ConnectAsync(
        BrokerAddress address, ClusterLogClientOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await ConnectOnceAsync(address, options, logger, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(address, $"it did not answer within {options.ConnectTimeout}", null);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw Unreachable(address, error.Message, error);
        }
    }

    /// <summary>Ends the connection for this reason; requests without an answer fail with it.</summary>
    public void Close(ClusterLogException reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, reason, null) is null)
        {
            _closing.Cancel();
        }
    }

    /// <summary>Closes the connection and waits until its loops have ended and every request has been settled.</summary>
    public async ValueTask DisposeAsync()
    {
        Close(new ClusterLogException(ErrorCode.ShuttingDown, $"The connection to broker {Address} was closed."));
        await _run.ConfigureAwait(false);
    }

    private static async Task<BrokerConnection> ConnectOnceAsync(
        BrokerAddress address, ClusterLogClientOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }

        var connection = new BrokerConnection(address, socket, options, logger);
        try
        {
            await connection.ShakeHandsAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static ClusterLogException Unreachable(BrokerAddress address, string why, Exception? inner) =>
        new(ErrorCode.LeaderNotAvailable, $"Broker {address} cannot be reached: {why}.", inner);

    private async Task ShakeHandsAsync(CancellationToken cancellationToken)
    {
        var version = typeof(BrokerConnection).Assembly.GetName().Version?.ToString(3) ?? "0";
        _handshake = await SendAsync<HandshakeRequest, HandshakeResponse>(
            new HandshakeRequest(_options.ClientName, version), _options.ConnectTimeout, cancellationToken)
            .ConfigureAwait(false);
        ConnectionLog.Connected(_logger, Address, _handshake.BrokerId, _handshake.ServerVersion);
    }

    private async Task RunAsync()
    {
        // The constructor must be done before the loops see the object.
        await Task.Yield();
        var writing = RunLoopAsync(ProcessWritesAsync);
        var reading = RunLoopAsync(ProcessReadsAsync);
        await Task.WhenAll(writing, reading).ConfigureAwait(false);
        await _deadlineTimer.DisposeAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        FailAll();
        _closing.Dispose();
        ConnectionLog.Closed(_logger, Address, _closeReason!.Message);
    }

    private async Task RunLoopAsync(Func<CancellationToken, Task> process)
    {
        try
        {
            await process(_closing.Token).ConfigureAwait(false);
            Close(Lost("the broker closed it", null));
        }
        catch (OperationCanceledException)
        {
            // Only Close cancels, and it has noted its reason.
        }
        catch (ClusterLogException error)
        {
            Close(error);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            Close(Lost(error.Message, error));
        }
    }

    private ClusterLogException Lost(string why, Exception? inner) => new(
        ErrorCode.RequestTimedOut,
        $"The connection to broker {Address} was lost before the answer came: {why.TrimEnd('.')}.",
        inner);
}
