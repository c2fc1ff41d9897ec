namespace ClusterLog.Server.Tests;

/// <summary>What the process says to wrong and to harmless command lines, and its exit code.</summary>
public sealed class UsageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ManyErrors_TellsAllAndExitsWith2()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{ "Limits": { "FrameByteMax": 1 }, "Shards": 0 }""", Cancellation);
            await using var server = ServerProcess.Start(
                [("CLUSTERLOG__ClusterName", "a b"), ("CLUSTERLOG__Brokerid2", "1")],
                ["run", "--config", file, "--broker-id", "abc", "--cluster-nam", "x", "--set", "foo", "--http-listen"]);

            Assert.Equal(2, await server.ExitCodeAsync(Cancellation));
            Assert.Empty(server.Output);
            Assert.Equal("clusterlog-server: the configuration has 9 errors:", server.Error[0]);
            Assert.Equal(
                [
                    "--broker-id", "--cluster (or CLUSTERLOG__Cluster, or Cluster in the file)", "--cluster-nam",
                    "--http-listen", "--set", $"{file}: Limits.FrameByteMax", $"{file}: Shards",
                    "CLUSTERLOG__Brokerid2", "CLUSTERLOG__ClusterName",
                ],
                server.Error.Skip(1).Select(line => line[2..line.IndexOf(": found", StringComparison.Ordinal)])
                    .Order(StringComparer.Ordinal));
            Assert.Contains(
                "  --broker-id: found \"abc\"; allowed: a whole number; 1 to 65,535", server.Error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("rnu")]
    [InlineData("run --config /no/such/file.json")]
    [InlineData("dev --port-base 70000 --log-level loud")]
    [InlineData("dev --data-dir")]
    public async Task Invoke_WrongCommandLine_ExitsWith2(string line)
    {
        await using var server = ServerProcess.Start(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, await server.ExitCodeAsync(Cancellation));
        Assert.NotEmpty(server.Error);
    }

    [Fact]
    public async Task Help_OfRun_ExitsWith0AndEndsWithExamples()
    {
        await using var server = ServerProcess.Start("run", "--help");
        Assert.Equal(0, await server.ExitCodeAsync(Cancellation));
        Assert.Empty(server.Error);
        Assert.Contains("Examples:", server.Output);
        Assert.Contains(server.Output, line => line.Contains("--client-listen <VALUE>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PrintConfig_GoodConfiguration_StartsNothingAndExitsWith0()
    {
        await using var server = ServerProcess.Start(
            [("CLUSTERLOG__Shards", "3")],
            ["run", "--broker-id", "1", "--cluster", "1=127.0.0.1:9401", "--print-config"]);

        Assert.Equal(0, await server.ExitCodeAsync(Cancellation));
        Assert.Empty(server.Error);
        Assert.Contains(server.Output, line => line.EndsWith("= 3  [CLUSTERLOG__Shards]", StringComparison.Ordinal));
    }
}
