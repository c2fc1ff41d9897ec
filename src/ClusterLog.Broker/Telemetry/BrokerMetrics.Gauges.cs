using System.Diagnostics.Metrics;

namespace ClusterLog.Broker.Telemetry;

internal sealed partial class BrokerMetrics
{
    /// <summary>
    /// Shows what the broker's parts count themselves. Called once, when they are all there.
    /// </summary>
    /// <param name="read">
    /// Called at each scrape, on its thread, at most once per <see cref="GaugesMaxAge"/>; must not block. It may
    /// throw: the scrape then goes without these gauges.
    /// </param>
    /// <param name="time">The clock of <see cref="GaugesMaxAge"/>.</param>
    public void Observe(Func<BrokerGauges> read, TimeProvider time)
    {
        var gauges = new GaugeCache(read, time);
        Gauge("groups", "{group}", "Groups with a replica here, group 0 included.", () => gauges.Read().Groups);
        Gauge("groups.led", "{group}", "Groups that this broker leads.", () => gauges.Read().GroupsLed);
        Gauge(
            "groups.without_leader", "{group}", "Groups whose leader is unknown.",
            () => gauges.Read().GroupsWithoutLeader);
        Gauge(
            "groups.failed", "{group}", "Replicas that stopped, since their data failed.",
            () => gauges.Read().GroupsFailed);
        Gauge(
            "produce.waiting", "By", "Bytes of produce requests accepted and not answered.",
            () => gauges.Read().BytesWaiting);
        ObserveReplication(gauges);
        ObserveStorage(gauges);
        ObserveMoves(gauges);
        ObserveCompaction(gauges);
        ObservePeers(gauges);
    }

    /// <summary>How old gauges may be: long enough that all instruments of one scrape share one reading.</summary>
    public static TimeSpan GaugesMaxAge { get; } = TimeSpan.FromMilliseconds(100);

    private void ObserveReplication(GaugeCache gauges)
    {
        Gauge(
            "groups.lost", "{group}", "Partitions whose only replica was here, and is lost.", () => gauges.Read().GroupsLost);
        Gauge(
            "groups.catching_up", "{group}", "Replicas that have not caught up with their leaders since the broker's start.",
            () => gauges.Read().GroupsCatchingUp);
        Gauge(
            "groups.under_replicated", "{group}", "Groups led here of which a voter is away, or is not fed entry after entry.",
            () => gauges.Read().Lag.UnderReplicated);
        _meter.CreateObservableGauge(
            Prefix + "groups.without_leader_for",
            () => gauges.Read().WithoutLeaderSeconds,
            "s",
            "For how long there has been a group whose leader is unknown.");
        _meter.CreateObservableGauge(
            Prefix + "follower.lag",
            () => gauges.Read().Lag.EntriesByBroker.Select(static lag =>
                new Measurement<long>(lag.Value, new KeyValuePair<string, object?>("peer", lag.Key))),
            "{entry}",
            "The most entries that a follower lacks of a group led here, by peer.");
    }

    private void ObserveStorage(GaugeCache gauges)
    {
        Gauge("wal.state", "", "The highest of the data directories' states, of those that could be opened.", () => gauges.Read().WalState);
        Total("wal.bytes", "By", "Bytes written to the write-ahead log.", () => gauges.Read().WalBytes);
        Total(
            "wal.writes", "{write}", "Writes to the write-ahead log, each synced.", () => gauges.Read().WalWrites);
        Time("wal.sync", "Time spent in those writes and syncs.", () => gauges.Read().WalSyncSeconds);
        Gauge("wal.queue", "By", "Bytes not yet on disk.", () => gauges.Read().WalQueueBytes);
        Gauge(
            "wal.files", "{file}", "Write-ahead log files that recovery needs.", () => gauges.Read().WalFiles);
        Total("segments.bytes", "By", "Bytes written to segments.", () => gauges.Read().SegmentBytes);
        Total(
            "segments.writes", "{write}", "Writes to segments, each with its sync.", () => gauges.Read().SegmentWrites);
        Time("segments.sync", "Time spent in those writes and syncs.", () => gauges.Read().SegmentSyncSeconds);
        Total("scrub.bytes", "By", "Bytes of stored data read through in the background.", () => gauges.Read().ScrubbedBytes);
        Total("damage.found", "{damage}", "Damages found in stored data.", () => gauges.Read().DamageFound);
        Gauge(
            "groups.damaged", "{group}", "Groups whose replica here was damaged, and has not come back as another yet.",
            () => gauges.Read().GroupsDamaged);
        Gauge("tail.size", "By", "Memory that holds the newest records.", () => gauges.Read().TailBytes);
        ObservePayloads(gauges);
        ObserveDirectories(gauges);
    }

    private void ObservePayloads(GaugeCache gauges)
    {
        Gauge(
            "payload.used", "By", "Blocks of memory that hold the payloads of the newest records, and of those on their way.",
            () => gauges.Read().PayloadBytesUsed);
        Gauge(
            "payload.free", "By", "Blocks of memory for payloads that wait to be used again.",
            () => gauges.Read().PayloadBytesFree);
        Total(
            "payload.lost", "By", "Blocks of memory for payloads that were not used again, but left to the garbage collector.",
            () => gauges.Read().PayloadBytesLost);
    }

    private void ObserveMoves(GaugeCache gauges)
    {
        Gauge("moves", "{partition}", "Partitions of the cluster that move to other brokers.", () => gauges.Read().Moves);
        Total(
            "catchup.bytes", "By", "Bytes read from disk for replicas that are coming into their groups.",
            () => gauges.Read().CatchUpBytes);
        Total(
            "catchup.waits", "{read}", "Such reads put off, since as much is read as may be.",
            () => gauges.Read().CatchUpWaits);
    }

    private void ObserveDirectories(GaugeCache gauges)
    {
        _meter.CreateObservableGauge(
            Prefix + "directory.state",
            () => gauges.Read().Directories.Select(static at => ByDirectory(at, at.State)),
            "",
            "0: writing, 1: disk full, 2: a write or sync failed, 3: could not be opened, by data directory.");
        _meter.CreateObservableGauge(
            Prefix + "disk.free",
            () => gauges.Read().Directories.Where(static at => at.FreeBytes is not null)
                .Select(static at => ByDirectory(at, at.FreeBytes!.Value)),
            "By",
            "Free bytes of the disk, by data directory.");
    }

    private void ObserveCompaction(GaugeCache gauges)
    {
        Total(
            "compaction.runs", "{run}", "Runs of compaction that have ended well.",
            () => gauges.Read().Compaction?.Runs ?? 0);
        Total(
            "compaction.before", "By", "Bytes of closed segments before each run of compaction.",
            () => gauges.Read().Compaction?.BytesBefore ?? 0);
        Total(
            "compaction.after", "By", "Bytes of closed segments after each run of compaction.",
            () => gauges.Read().Compaction?.BytesAfter ?? 0);
        Total(
            "compaction.records", "{record}", "Records that compaction dropped, since a later one has their key.",
            () => gauges.Read().Compaction?.Superseded ?? 0);
        Total(
            "compaction.tombstones", "{record}", "Marks of deleted keys that compaction dropped.",
            () => gauges.Read().Compaction?.Tombstones ?? 0);
        _meter.CreateObservableGauge(
            Prefix + "compaction.tombstone_wait",
            () => gauges.Read().Compaction?.TombstoneWait.TotalSeconds ?? 0,
            "s",
            "The longest that marks of deleted keys have waited in a partition without its horizon moving.");
    }

    private void ObservePeers(GaugeCache gauges)
    {
        _meter.CreateObservableGauge(
            Prefix + "peer.connected",
            () => ByPeer(gauges, peer => peer.Connected ? 1 : 0),
            "",
            "1: connected, 0: not, by peer.");
        _meter.CreateObservableGauge(
            Prefix + "peer.queued",
            () => ByPeer(gauges, peer => peer.BytesQueued),
            "By",
            "Bytes that wait to be sent, by peer.");
        _meter.CreateObservableCounter(
            Prefix + "peer.sent", () => ByPeer(gauges, peer => peer.BytesSent), "By", "Bytes sent, by peer.");
        _meter.CreateObservableCounter(
            Prefix + "peer.received",
            () => ByPeer(gauges, peer => peer.BytesReceived),
            "By",
            "Bytes received, by peer.");
        _meter.CreateObservableCounter(
            Prefix + "peer.dropped",
            () => ByPeer(gauges, peer => peer.MessagesDropped),
            "{message}",
            "Messages not sent, since the peer was down or its queue full, by peer.");
    }

    private void Gauge(string name, string unit, string description, Func<long> read) =>
        _meter.CreateObservableGauge(Prefix + name, read, unit, description);

    private void Total(string name, string unit, string description, Func<long> read) =>
        _meter.CreateObservableCounter(Prefix + name, read, unit, description);

    private void Time(string name, string description, Func<double> read) =>
        _meter.CreateObservableCounter(Prefix + name, read, "s", description);

    private static Measurement<long> ByDirectory(DirectoryGauges at, long value) =>
        new(value, new KeyValuePair<string, object?>("directory", at.Directory));

    private static IEnumerable<Measurement<long>> ByPeer(GaugeCache gauges, Func<PeerGauges, long> value) =>
        gauges.Read().Peers.Select(peer =>
            new Measurement<long>(value(peer), new KeyValuePair<string, object?>("peer", peer.Peer)));

    /// <summary>One reading for all instruments of a scrape.</summary>
    private sealed class GaugeCache(Func<BrokerGauges> read, TimeProvider time)
    {
        private readonly Lock _gate = new();
        private BrokerGauges? _last;
        private long _lastRead;

        public BrokerGauges Read()
        {
            lock (_gate)
            {
                if (_last is null || time.GetElapsedTime(_lastRead) > GaugesMaxAge)
                {
                    _last = read();
                    _lastRead = time.GetTimestamp();
                }

                return _last;
            }
        }
    }
}
