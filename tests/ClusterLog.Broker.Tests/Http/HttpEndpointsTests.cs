using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Http;
using ClusterLog.Broker.Telemetry;
using ClusterLog.Broker.Tests.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Tests.Http;

public sealed class HttpEndpointsTests : IAsyncLifetime
{
    private readonly TestMeters _meters = new();
    private readonly Health _health = new();
    private readonly LimitOptions _limits = new();
    private readonly HttpClient _client = new();
    private PrometheusExporter _exporter = null!;
    private WebApplication _app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _exporter = new PrometheusExporter(_meters);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            HttpListenerSetup.Configure(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, 0, listen => HttpListenerSetup.Configure(listen, _limits));
        });
        _app = builder.Build();
        HttpEndpoints.Map(_app, _health, _exporter);
        await _app.StartAsync(Cancellation);
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _exporter.Dispose();
        _meters.Dispose();
    }

    [Theory]
    [InlineData("/health/live", "live")]
    [InlineData("/health/ready", "ready")]
    public async Task Health_Good_Is200(string path, string status)
    {
        using var response = await _client.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            $$"""{"status":"{{status}}","reasons":[]}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Ready_NotReady_Is503WithReasonsWhileLiveIs200()
    {
        _health.IsReady = false;
        _health.Reasons = ["group 3 knows no leader"];

        using var ready = await _client.GetAsync("/health/ready", Cancellation);
        using var live = await _client.GetAsync("/health/live", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(
            """{"status":"not ready","reasons":["group 3 knows no leader"]}""",
            await ready.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Live_Failed_Is503WithReasons()
    {
        _health.IsLive = false;
        _health.Reasons = ["a sync failed"];

        using var response = await _client.GetAsync("/health/live", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(
            """{"status":"failed","reasons":["a sync failed"]}""",
            await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Metrics_Scraped_AreTextOfVersion004()
    {
        _meters.Create(new MeterOptions("ClusterLog.Test")).CreateCounter<long>("clusterlog.test.hits").Add(2);

        using var response = await _client.GetAsync("/metrics", Cancellation);

        Assert.Equal(
            "text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("clusterlog_test_hits_total 2\n", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Endpoints_Head_HasNoBody()
    {
        foreach (var path in (string[])["/metrics", "/health/ready", "/"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var response = await _client.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData("POST", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    public async Task Endpoints_OtherMethodOrPath_AreRefused(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _client.SendAsync(request, Cancellation);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Listener_MoreConnectionsThanAllowed_ClosesTheNewOneOnly()
    {
        _limits.HttpConnectionsMax = 1;
        using (await _client.GetAsync("/health/live", Cancellation))
        {
            // The client's connection stays open, and is all that may be.
        }

        using var second = new TcpClient();
        var read = 0;
        try
        {
            await second.ConnectAsync(IPAddress.Loopback, _client.BaseAddress!.Port, Cancellation);
            read = await second.GetStream().ReadAsync(new byte[16], Cancellation);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // A reset says the same as an end, and may come before the connect is done.
        }

        Assert.Equal(0, read);
        using var again = await _client.GetAsync("/health/live", Cancellation);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    private sealed class Health : IBrokerHealth
    {
        public bool IsLive { get; set; } = true;

        public bool IsReady { get; set; } = true;

        public IReadOnlyList<string> Reasons { get; set; } = [];
    }
}
