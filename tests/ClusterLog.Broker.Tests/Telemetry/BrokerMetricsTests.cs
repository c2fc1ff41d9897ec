using ClusterLog.Broker.Telemetry;

namespace ClusterLog.Broker.Tests.Telemetry;

public sealed class BrokerMetricsTests : IDisposable
{
    private readonly TestMeters _meters = new();
    private readonly PrometheusExporter _exporter;
    private readonly BrokerMetrics _metrics;

    public BrokerMetricsTests()
    {
        _exporter = new PrometheusExporter(_meters);
        _metrics = new BrokerMetrics(_meters);
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _metrics.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void Methods_EachCalled_ShowUpUnderTheirNames()
    {
        _metrics.ProduceCompleted(records: 10, bytes: 2_000, TimeSpan.FromMilliseconds(3));
        _metrics.ProduceDuplicate();
        _metrics.FetchCompleted(500);
        _metrics.RequestFailed("Produce", "NotLeader");
        _metrics.RequestStarted();
        _metrics.RequestStarted();
        _metrics.RequestEnded();
        _metrics.ConnectionOpened("client");
        _metrics.ConnectionOpened("client");
        _metrics.ConnectionClosed("client");
        _metrics.ConnectionClosedByBroker("idle");
        _metrics.BecameLeader();

        var lines = _exporter.Scrape().Split('\n');

        foreach (var expected in (string[])
        [
            "clusterlog_broker_produce_requests_total 1", "clusterlog_broker_produce_records_total 10",
            "clusterlog_broker_produce_bytes_total 2000", "clusterlog_broker_produce_duplicates_total 1",
            "clusterlog_broker_produce_duration_seconds_sum 0.003", "clusterlog_broker_fetch_requests_total 1",
            "clusterlog_broker_fetch_bytes_total 500",
            "clusterlog_broker_request_errors_total{api=\"Produce\",error=\"NotLeader\"} 1",
            "clusterlog_broker_requests_in_flight 1", "clusterlog_broker_connections{listener=\"client\"} 1",
            "clusterlog_broker_connections_accepted_total{listener=\"client\"} 2",
            "clusterlog_broker_connections_closed_by_broker_total{reason=\"idle\"} 1",
            "clusterlog_broker_leader_changes_total 1",
        ])
        {
            Assert.Contains(expected, lines);
        }
    }

    [Fact]
    public void Observe_OneScrape_ReadsOnceAndShowsEveryGauge()
    {
        var reads = 0;
        _metrics.Observe(
            () =>
            {
                reads++;
                return new BrokerGauges
                {
                    Groups = 7,
                    GroupsLed = 3,
                    GroupsWithoutLeader = 1,
                    GroupsFailed = 2,
                    BytesWaiting = 100,
                    WalState = 1,
                    WalBytes = 4_096,
                    WalWrites = 5,
                    WalFiles = 6,
                    WalSyncSeconds = 0.5,
                    WalQueueBytes = 12,
                    SegmentBytes = 13,
                    SegmentWrites = 14,
                    SegmentSyncSeconds = 0.25,
                    TailBytes = 10,
                    Directories = [new DirectoryGauges("/a", 0, 11), new DirectoryGauges("/b", 3, null)],
                    Peers = [new PeerGauges(2, true, 21, 22, 23, 24), new PeerGauges(3, false, 0, 0, 0, 0)],
                };
            },
            new FrozenTime());

        var lines = _exporter.Scrape().Split('\n');

        Assert.Equal(1, reads);
        foreach (var expected in (string[])
        [
            "groups 7", "groups_led 3", "groups_without_leader 1", "groups_failed 2", "produce_waiting_bytes 100",
            "wal_sync_seconds_total 0.5", "wal_queue_bytes 12", "segments_bytes_total 13", "segments_writes_total 14",
            "segments_sync_seconds_total 0.25", "wal_state 1",
            "wal_bytes_total 4096", "wal_writes_total 5", "wal_files 6",
            "tail_size_bytes 10", "disk_free_bytes{directory=\"/a\"} 11", "directory_state{directory=\"/b\"} 3", "peer_connected{peer=\"2\"} 1",
            "peer_connected{peer=\"3\"} 0", "peer_sent_bytes_total{peer=\"2\"} 21",
            "peer_received_bytes_total{peer=\"2\"} 22", "peer_queued_bytes{peer=\"2\"} 23",
            "peer_dropped_total{peer=\"2\"} 24",
        ])
        {
            Assert.Contains("clusterlog_broker_" + expected, lines);
        }
    }

    private sealed class FrozenTime : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }
}
