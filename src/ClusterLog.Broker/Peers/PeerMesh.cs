using System.Collections.Frozen;
using ClusterLog.Broker.Sockets;
using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// The links to all other brokers of the cluster: one connection per pair, dialed by the lower id, over which the Raft
/// messages of all groups, leader announcements and small requests share the way. Safe for use by many threads.
/// <see cref="Send"/> never waits: what finds no connection or no room is dropped and counted, for Raft sends again.
/// </summary>
internal sealed partial class PeerMesh : IReplicaTransport, IPeerRequests, IAsyncDisposable
{
    /// <summary>What one call to the socket of a dialed connection reads or writes: a large batch, a good part of an append.</summary>
    private const int SocketBlockBytes = 256 << 10;

    /// <summary>Memory of dialed connections that is kept for reuse.</summary>
    private const long FreeBytesMax = 4 << 20;

    private readonly PeerMeshContext _context;
    private readonly PeerOptions _options;
    private readonly ILogger _logger;
    private readonly Random _random;
    private readonly FrozenDictionary<int, PeerLink> _links;
    private readonly PeerLink[] _linkList;
    private readonly SocketMemory _memory = new(SocketBlockBytes, FreeBytesMax);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _loops = [];
    private bool _isStarted;

    /// <param name="options">Who this broker is and who the others are.</param>
    /// <param name="events">Gets what comes.</param>
    /// <param name="time">For pings, timeouts and waits.</param>
    /// <param name="random">Spreads the attempts to connect; used by the constructor and <see cref="Start"/> only.</param>
    /// <param name="loggers">For this area's messages and the transport's.</param>
    /// <param name="payloads">Where appends come in; null where each gets an array of its own.</param>
    public PeerMesh(
        PeerOptions options,
        IPeerEvents events,
        TimeProvider time,
        Random random,
        ILoggerFactory loggers,
        PayloadMemory? payloads = null)
    {
        _options = options;
        _logger = loggers.CreateLogger<PeerMesh>();
        _context = new PeerMeshContext(options, events, time, _logger, payloads);
        _random = random;
        Counters = new PeerCounters();
        _ownHello = PeerHello.Of(options);
        _linkList = [.. options.Cluster
            .Where(member => member.BrokerId != options.BrokerId)
            .OrderBy(static member => member.BrokerId)
            .Select(member => new PeerLink(member, Counters))];
        _links = _linkList.ToFrozenDictionary(static link => link.Peer.Value);
        _memberIds = [.. _links.Keys];
    }

    /// <summary>How each link stands, in the order of the ids.</summary>
    public IReadOnlyList<PeerStatus> Status => [.. _linkList.Select(static link => link.Status)];

    /// <summary>What went over all links since the start.</summary>
    public PeerCounters Counters { get; }

    /// <summary>Starts to dial the brokers of higher ids and to watch over all links. Once.</summary>
    public void Start()
    {
        if (_isStarted)
        {
            throw new InvalidOperationException($"The mesh of broker {_options.BrokerId} has been started already.");
        }

        _isStarted = true;
        _loops.Add(RunWatchAsync());
        foreach (var link in _linkList.Where(link => link.Peer.Value > _options.BrokerId))
        {
            var random = new Random(_random.Next());
            _loops.Add(Task.Run(() => RunDialingAsync(link, random)));
        }
    }

    /// <inheritdoc/>
    public void Send(ReplicaId to, GroupId group, RaftMessage message)
    {
        _links.TryGetValue(to.Value, out var link);
        if (link?.Current is { } connection)
        {
            connection.Send(group, message);
        }
        else
        {
            (link?.Counters ?? Counters).CountDroppedNotConnected();
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        foreach (var link in _linkList)
        {
            link.Current?.Flush();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Peers that connect later have to be told by <see cref="SendLeaders"/>.</remarks>
    public void Announce(IReadOnlyList<LeaderAnnouncement> leaders)
    {
        foreach (var link in _linkList)
        {
            link.Current?.SendLeaders(leaders);
        }
    }

    /// <summary>Tells one peer of leaders; does nothing when it is not connected.</summary>
    public void SendLeaders(ReplicaId to, IReadOnlyList<LeaderAnnouncement> leaders)
    {
        if (_links.TryGetValue(to.Value, out var link))
        {
            link.Current?.SendLeaders(leaders);
        }
    }

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> RequestAsync(
        ReplicaId to, ReadOnlyMemory<byte> request, TimeSpan timeout, CancellationToken cancellationToken) =>
        _links.TryGetValue(to.Value, out var link) && link.Current is { } connection
            ? connection.RequestAsync(request, timeout, cancellationToken)
            : Task.FromException<ReadOnlyMemory<byte>>(
                new PeerUnavailableException($"Broker {to} is not connected.", outcomeUnknown: false));

    /// <inheritdoc/>
    public bool IsConnected(ReplicaId peer) => _links.TryGetValue(peer.Value, out var link) && link.Current is not null;

    /// <summary>Ends all connections and waits for everything that was started; the broker hears OnPeerDown of each.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        foreach (var link in _linkList)
        {
            link.Current?.Abort(StoppingReason);
        }

        await Task.WhenAll(_loops);
        await AcceptedEndAsync();
        _stopping.Dispose();
    }

    private async Task RunWatchAsync()
    {
        // Twice per ping interval, so that a ping is late by no more than half of it.
        using var timer = new PeriodicTimer(_options.PingInterval / 2, _context.Time);
        var last = _context.Time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                // After a stall of this process, what peers have sent may lie unread: silence proves nothing yet.
                var isLate = _context.Time.GetElapsedTime(last) > _options.SilenceMax / 2;
                last = _context.Time.GetTimestamp();
                foreach (var link in _linkList)
                {
                    link.Current?.Check(isLate);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The mesh is stopping.
        }
    }
}
