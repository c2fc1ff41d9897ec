namespace ClusterLog.Server.Tests;

/// <summary>`check` as a process: what it prints, its exit codes, and that it changes nothing.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("clusterlog-check-").FullName;
    private readonly CancellationTokenSource _timeout =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public CheckTests() => _timeout.CancelAfter(TimeSpan.FromSeconds(60));

    private CancellationToken Cancellation => _timeout.Token;

    public void Dispose()
    {
        _timeout.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Check_OfADirectoryInUseThenFreeThenDamaged_ExitsWith2Then0Then1()
    {
        var ports = FreePorts.FindBase();
        var directory = Path.Combine(_data, "broker-1");
        await using (var dev = ServerProcess.Start("dev", "--data-dir", _data, "--port-base", $"{ports}"))
        {
            await dev.FirstLine.WaitAsync(Cancellation);
            var (code, _, error) = await CheckAsync(directory);
            Assert.Equal(2, code);
            Assert.Contains("is in use by another process", Assert.Single(error), StringComparison.Ordinal);
            await dev.SignalAsync("TERM", Cancellation);
            await dev.ExitCodeAsync(Cancellation);
        }

        var before = Contents(directory);
        var (clean, output, _) = await CheckAsync(directory);
        Assert.Equal(0, clean);
        Assert.StartsWith("broker 1 of cluster 'dev', directory ", output[0], StringComparison.Ordinal);
        Assert.EndsWith(": all is well", output[^1], StringComparison.Ordinal);

        var wal = Directory.GetFiles(Path.Combine(directory, "wal"), "*.wal").Order().First();
        await FlipAsync(wal, 4_100);
        var damaged = Contents(directory);
        var (found, findings, _) = await CheckAsync(directory);
        Assert.Equal(1, found);
        Assert.StartsWith($"wal/{Path.GetFileName(wal)} at byte 4096: expected ", findings[1], StringComparison.Ordinal);
        Assert.StartsWith("  it may have hit any group", findings[2], StringComparison.Ordinal);
        Assert.EndsWith(": 1 damage", findings[^1], StringComparison.Ordinal);
        Assert.Equal(damaged, Contents(directory));
        Assert.Equal(before.Keys, damaged.Keys);
    }

    [Fact]
    public async Task Check_OfNoDataDirectory_ExitsWith2()
    {
        var (code, output, error) = await CheckAsync(_data);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("is no data directory", Assert.Single(error), StringComparison.Ordinal);
        Assert.Equal(2, (await CheckAsync(Path.Combine(_data, "nowhere"))).Code);
        (code, output, error) = await CheckAsync(_data, Path.Combine(_data, "nowhere"));
        Assert.Equal((2, 2, 2), (code, output.Count, error.Count));
    }

    private async Task<(int Code, IReadOnlyList<string> Output, IReadOnlyList<string> Error)> CheckAsync(
        params string[] directories)
    {
        await using var check = ServerProcess.Start(["check", .. directories]);
        var code = await check.ExitCodeAsync(Cancellation);
        return (code, check.Output, check.Error);
    }

    private static async Task FlipAsync(string path, int position)
    {
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[position] ^= 4;
        await File.WriteAllBytesAsync(path, bytes);
    }

    private static SortedDictionary<string, string> Contents(string directory) => new(
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).ToDictionary(
            path => path,
            path => $"{File.GetLastWriteTimeUtc(path):O} "
                + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))));
}
