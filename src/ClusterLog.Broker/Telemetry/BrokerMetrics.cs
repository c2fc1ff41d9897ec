using System.Diagnostics.Metrics;

namespace ClusterLog.Broker.Telemetry;

/// <summary>
/// What a broker measures, in seconds and bytes. Thread-safe; no call here throws or blocks. Tags are bounded: an API,
/// an error code, a reason, a listener or a peer, never a topic or a client.
/// </summary>
internal sealed partial class BrokerMetrics : IDisposable
{
    /// <summary>The meter's name; every instrument's begins with <see cref="Prefix"/>.</summary>
    public const string MeterName = "ClusterLog.Broker";

    private const string Prefix = "clusterlog.broker.";

    private readonly Meter _meter;
    private readonly Counter<long> _produceRequests;
    private readonly Counter<long> _produceRecords;
    private readonly Counter<long> _produceBytes;
    private readonly Counter<long> _produceDuplicates;
    private readonly Histogram<double> _produceDuration;
    private readonly Counter<long> _fetchRequests;
    private readonly Counter<long> _fetchBytes;
    private readonly Counter<long> _requestErrors;
    private readonly UpDownCounter<long> _requestsInFlight;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _connectionsAccepted;
    private readonly Counter<long> _connectionsClosed;
    private readonly Counter<long> _leaderChanges;

    /// <param name="meters">Owns the meter: a broker's exporter shows only what came from the same factory.</param>
    public BrokerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(new MeterOptions(MeterName));
        _produceRequests = Counter("produce.requests", "{request}", "Produce requests answered without an error.");
        _produceRecords = Counter("produce.records", "{record}", "Records acknowledged.");
        _produceBytes = Counter("produce.bytes", "By", "Bytes of record batches acknowledged.");
        _produceDuplicates = Counter("produce.duplicates", "{batch}", "Batches that were a retry of one already kept.");
        _produceDuration = Seconds("produce.duration", "From a produce request's last byte to its acknowledgement.");
        _fetchRequests = Counter("fetch.requests", "{request}", "Fetch requests answered without an error.");
        _fetchBytes = Counter("fetch.bytes", "By", "Bytes of record batches sent to consumers.");
        _requestErrors = Counter("request.errors", "{request}", "Requests answered with an error, by API and error.");
        _requestsInFlight = UpDown("requests.in_flight", "{request}", "Client requests in work.");
        _connections = UpDown("connections", "{connection}", "Open connections, by listener.");
        _connectionsAccepted = Counter("connections.accepted", "{connection}", "Connections accepted, by listener.");
        _connectionsClosed = Counter(
            "connections.closed_by_broker",
            "{connection}",
            "Connections that the broker closed for a reason, by reason.");
        _leaderChanges = Counter("leader.changes", "{change}", "Times that a replica of this broker became leader.");
    }

    /// <summary>A produce request was answered without an error.</summary>
    public void ProduceCompleted(int records, int bytes, TimeSpan elapsed)
    {
        _produceRequests.Add(1);
        _produceRecords.Add(records);
        _produceBytes.Add(bytes);
        _produceDuration.Record(elapsed.TotalSeconds);
    }

    /// <summary>A batch was recognised as already kept; its request counts as completed too.</summary>
    public void ProduceDuplicate() => _produceDuplicates.Add(1);

    /// <summary>
    /// A fetch request was answered without an error; the time that it waited for records says nothing.
    /// </summary>
    public void FetchCompleted(long bytes)
    {
        _fetchRequests.Add(1);
        _fetchBytes.Add(bytes);
    }

    /// <summary>A request, or one partition of it, was answered with an error.</summary>
    /// <param name="api">The API's name, of the fixed list of APIs; "unknown" for a number that is none.</param>
    /// <param name="error">The error code's name.</param>
    public void RequestFailed(string api, string error) =>
        _requestErrors.Add(
            1, new KeyValuePair<string, object?>("api", api), new KeyValuePair<string, object?>("error", error));

    public void RequestStarted() => _requestsInFlight.Add(1);

    public void RequestEnded() => _requestsInFlight.Add(-1);

    /// <param name="listener">"client" or "peer".</param>
    public void ConnectionOpened(string listener)
    {
        var tag = new KeyValuePair<string, object?>("listener", listener);
        _connectionsAccepted.Add(1, tag);
        _connections.Add(1, tag);
    }

    /// <param name="listener">"client" or "peer".</param>
    public void ConnectionClosed(string listener) =>
        _connections.Add(-1, new KeyValuePair<string, object?>("listener", listener));

    /// <summary>The broker closed or refused a connection.</summary>
    /// <param name="reason">One of a fixed list, such as "too_many", "idle", "frame_timeout", "malformed".</param>
    public void ConnectionClosedByBroker(string reason) =>
        _connectionsClosed.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void BecameLeader() => _leaderChanges.Add(1);

    public void Dispose() => _meter.Dispose();

    private Counter<long> Counter(string name, string unit, string description) =>
        _meter.CreateCounter<long>(Prefix + name, unit, description);

    private UpDownCounter<long> UpDown(string name, string unit, string description) =>
        _meter.CreateUpDownCounter<long>(Prefix + name, unit, description);

    private Histogram<double> Seconds(string name, string description) =>
        _meter.CreateHistogram<double>(Prefix + name, "s", description);
}
