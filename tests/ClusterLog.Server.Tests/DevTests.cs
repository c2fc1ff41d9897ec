using System.Net;

namespace ClusterLog.Server.Tests;

/// <summary>`dev` and `run` as processes: they start, become ready, and end as they should.</summary>
public sealed class DevTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("clusterlog-dev-").FullName;
    private readonly CancellationTokenSource _timeout =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public DevTests() => _timeout.CancelAfter(Patience);

    private CancellationToken Cancellation => _timeout.Token;

    public void Dispose()
    {
        _timeout.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Dev_Signalled_WasReadyByOneLineAndStopsWith0(string signal)
    {
        var ports = FreePorts.FindBase();
        await using var dev = StartDev(ports, _data);

        var line = await dev.FirstLine.WaitAsync(Cancellation);

        Assert.StartsWith(
            $"ClusterLog is ready: 3 brokers at 127.0.0.1:{ports},127.0.0.1:{ports + 10},127.0.0.1:{ports + 20}",
            line,
            StringComparison.Ordinal);
        using var client = new HttpClient();
        foreach (var http in (int[])[ports + 2, ports + 12, ports + 22])
        {
            using var ready = await client.GetAsync($"http://127.0.0.1:{http}/health/ready", Cancellation);
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            var metrics = await client.GetStringAsync($"http://127.0.0.1:{http}/metrics", Cancellation);
            Assert.Contains("\nclusterlog_broker_groups_without_leader 0\n", metrics);
            Assert.Contains("\nclusterlog_broker_wal_state 0\n", metrics);
            Assert.Equal(3, metrics.Split("\nclusterlog_broker_peer_connected{peer=").Length);
        }

        await dev.SignalAsync(signal, Cancellation);
        Assert.Equal(0, await dev.ExitCodeAsync(Cancellation));
        Assert.Empty(dev.Error);
        Assert.Equal([line], dev.Output);
    }

    [Fact]
    public async Task Dev_DataDirectoryOrAddressInUse_IsRefusedInWordsWith1()
    {
        var ports = FreePorts.FindBase();
        await using var first = StartDev(ports, _data);
        await first.FirstLine.WaitAsync(Cancellation);

        await using var sameData = StartDev(ports + 3, _data);
        Assert.Equal(1, await sameData.ExitCodeAsync(Cancellation));
        var data = Assert.Single(sameData.Error);
        Assert.StartsWith("clusterlog-server: broker 1 cannot start: ", data, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_data, "broker-1"), data);

        await using var samePorts = StartDev(ports, Path.Combine(_data, "other"));
        Assert.Equal(1, await samePorts.ExitCodeAsync(Cancellation));
        var address = Assert.Single(samePorts.Error);
        Assert.StartsWith("clusterlog-server: broker 1 cannot start: ", address, StringComparison.Ordinal);
        Assert.EndsWith($"clients on 127.0.0.1:{ports}: another process does already", address, StringComparison.Ordinal);
        Assert.Empty(samePorts.Output);
    }

    [Theory]
    [InlineData("2", "one")]
    [InlineData("1", "two")]
    public async Task Run_DirectoryOfAnotherBrokerOrCluster_IsRefusedInWordsWith1(string id, string cluster)
    {
        await using (var owner = StartRun("1", "one"))
        {
            await owner.WaitForOutputAsync("is ready", Cancellation);
            await owner.SignalAsync("TERM", Cancellation);
            Assert.Equal(0, await owner.ExitCodeAsync(Cancellation));
        }

        await using var other = StartRun(id, cluster);
        Assert.Equal(1, await other.ExitCodeAsync(Cancellation));
        var line = Assert.Single(other.Error);
        Assert.StartsWith($"clusterlog-server: broker {id} cannot start: ", line, StringComparison.Ordinal);
        Assert.Contains(_data, line);
    }

    private static ServerProcess StartDev(int ports, string data) =>
        ServerProcess.Start("dev", "--port-base", $"{ports}", "--data-dir", data);

    // The only member of its cluster, on ports that the system picks: nobody has to reach it.
    private ServerProcess StartRun(string id, string cluster) => ServerProcess.Start(
        "run", "--broker-id", id, "--cluster-name", cluster, "--cluster", $"{id}=127.0.0.1:9401", "--data-dir", _data,
        "--client-listen", "127.0.0.1:0", "--peer-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0");
}
