using ClusterLog.Client.Connections;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Metadata;

/// <summary>
/// What is known of brokers, topics and leaders. Asked again by whoever found it to be out of date; all who ask at the
/// same time share one request. Thread safe.
/// </summary>
internal sealed class MetadataCache : IAsyncDisposable
{
    // A topic that was just created may not have reached every broker: that many answers say it does not exist before
    // it is believed. With the default pauses that takes about a second.
    private const int UnknownTopicAnswersMax = 6;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly SortedSet<string> _topics = new(StringComparer.Ordinal);
    private readonly ClusterLogClientOptions _options;
    private readonly ConnectionPool _connections;
    private readonly Backoff _backoff;
    private readonly BrokerAddress[] _bootstrap;
    private volatile ClusterSnapshot _current = ClusterSnapshot.Empty;
    private Task<ClusterSnapshot>? _refresh;
    private int _rotation;

    public MetadataCache(ClusterLogClientOptions options, ConnectionPool connections, Backoff backoff)
    {
        _options = options;
        _connections = connections;
        _backoff = backoff;
        _bootstrap = [.. options.Bootstrap.Select(BrokerAddress.Parse)];
        _rotation = backoff.Choose(_bootstrap.Length);
    }

    /// <summary>The newest answer.</summary>
    public ClusterSnapshot Current => _current;

    /// <summary>
    /// Asks one broker after another until one answers, or joins those who are asking. Fails with a transient error if
    /// none answers.
    /// </summary>
    public Task<ClusterSnapshot> RefreshAsync()
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested)
            {
                return Task.FromException<ClusterSnapshot>(new ObjectDisposedException(nameof(ClusterLogClient)));
            }

            if (_refresh is null or { IsCompleted: true })
            {
                _refresh = AskAsync(_closing.Token);
            }

            return _refresh;
        }
    }

    /// <summary>A broker has said who leads a partition; what is no news is passed over.</summary>
    public void Learn(TopicPartition partition, LeaderHint hint)
    {
        lock (_gate)
        {
            var leader = new PartitionLeader(hint.BrokerId, hint.Term, new BrokerAddress(hint.Host, hint.Port));
            _current = _current.With(partition, leader);
        }
    }

    /// <summary>
    /// The topic, which is asked about from now on. Tries until it is known, and fails if it does not exist, or with
    /// the last error after the request timeout.
    /// </summary>
    public async Task<MetadataTopic> GetTopicAsync(string name, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _topics.Add(name);
        }

        var start = _options.TimeProvider.GetTimestamp();
        var unknownAnswers = 0;
        for (var failures = 1; ; failures++)
        {
            ClusterLogException error;
            try
            {
                var topic = Current.FindTopic(name) is { Error: ErrorCode.None } known
                    ? known
                    : (await RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false)).FindTopic(name);
                if (topic is { Error: ErrorCode.None, Partitions.Count: > 0 })
                {
                    return topic;
                }

                unknownAnswers += topic is null ? 0 : 1;
                error = UnknownTopic(name, topic?.Error ?? ErrorCode.UnknownTopic);
            }
            catch (ClusterLogException refreshError) when (refreshError.IsTransient)
            {
                error = refreshError;
            }

            if (unknownAnswers >= UnknownTopicAnswersMax
                || _options.TimeProvider.GetElapsedTime(start) >= _connections.Patience)
            {
                Forget(name);
                throw error;
            }

            await _backoff.DelayAsync(failures, error.RetryAfter, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Every broker that is known, and the bootstrap addresses: those of the last answer first, another of them at the
    /// front each time.
    /// </summary>
    public IReadOnlyList<BrokerAddress> GetCandidates()
    {
        var known = Current.Brokers.Values.ToArray();
        var turn = Interlocked.Increment(ref _rotation) & int.MaxValue;
        return [.. Rotate(known, turn).Concat(Rotate(_bootstrap, turn)).Distinct().OrderBy(Rank)];
    }

    /// <summary>Ends what is being asked.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? refresh;
        lock (_gate)
        {
            _closing.Cancel();
            refresh = _refresh;
        }

        try
        {
            await (refresh ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ClusterLogException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever waits for the answer hears of it.
        }
    }

    private static IEnumerable<BrokerAddress> Rotate(BrokerAddress[] addresses, int turn) =>
        addresses.Select((_, i) => addresses[(int)((i + (uint)turn) % addresses.Length)]);

    private static ClusterLogException UnknownTopic(string name, ErrorCode code) =>
        new(code, $"Topic '{name}' cannot be used: {ErrorCodes.Describe(code)}.");

    // Brokers that are connected come first: a host that is down may take the whole connect timeout to show it.
    private int Rank(BrokerAddress address) => _connections.IsConnected(address) ? 0 : 1;

    private void Forget(string name)
    {
        lock (_gate)
        {
            _topics.Remove(name);
        }
    }

    private ClusterSnapshot Take(ClusterSnapshot answer)
    {
        lock (_gate)
        {
            return _current = answer.WithNewerLeadersOf(_current);
        }
    }

    private async Task<ClusterSnapshot> AskAsync(CancellationToken cancellationToken)
    {
        // The caller holds the lock.
        await Task.Yield();
        string[] topics;
        lock (_gate)
        {
            topics = [.. _topics];
        }

        var errors = new List<string>();
        foreach (var address in GetCandidates())
        {
            try
            {
                var connection = await _connections.GetAsync(address).WaitAsync(cancellationToken).ConfigureAwait(false);
                var response = await connection.SendAsync<MetadataRequest, MetadataResponse>(
                    new MetadataRequest(topics), _options.RequestTimeout, cancellationToken).ConfigureAwait(false);
                return Take(new ClusterSnapshot(response));
            }
            catch (ClusterLogException error)
            {
                errors.Add(error.Message);
            }
        }

        throw new ClusterLogException(
            ErrorCode.MetadataNotAvailable, $"No broker told the cluster's metadata: {string.Join(" ", errors)}");
    }
}
