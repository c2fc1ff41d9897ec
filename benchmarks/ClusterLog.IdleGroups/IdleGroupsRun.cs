using System.Diagnostics;
using System.Globalization;

namespace ClusterLog.IdleGroups;

/// <summary>Opens many groups, lets them go quiet, and prints what they cost; then kills and restarts a broker.</summary>
internal sealed class IdleGroupsRun(LocalCluster cluster, Arguments arguments)
{
    private const int PartitionsPerTopic = 100;

    /// <summary>What the product promises: the share of a core per broker, and the bytes per group and broker.</summary>
    private const double ProcessorPercentMax = 1;
    private const double GroupBytesMax = 8 << 10;

    private static readonly TimeSpan NoticeWaitMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietWaitMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly TimeSpan _patience = TimeSpan.FromSeconds(arguments.PatienceSeconds);

    /// <summary>True when the promises were kept.</summary>
    public async Task<bool> RunAsync()
    {
        foreach (var id in cluster.Ids)
        {
            await cluster.StartAsync(id, CancellationToken.None);
        }

        await CreateTopicsAsync("warm", 1);
        await WaitUntilAllAreLedAsync(groups: 2);
        var before = Usage.LiveBytes();
        var created = Stopwatch.GetTimestamp();
        await CreateTopicsAsync("idle", arguments.Groups);
        await WaitUntilAllAreLedAsync(arguments.Groups + 2);
        Say($"groups with a leader on every broker: {arguments.Groups} after {Seconds(created)}");
        await WaitUntilQuietAsync();
        var isCheap = await WatchAsync("idle");
        var perGroup = (Usage.LiveBytes() - before) / (double)arguments.Groups / arguments.Brokers;
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"memory: {perGroup:F0} managed bytes per group and broker, "
            + $"{Environment.WorkingSet >> 20} MiB working set for {arguments.Brokers} brokers"));
        if (arguments.Brokers > 2)
        {
            await RestartAsync();
            isCheap &= await WatchAsync("idle after the restart");
        }

        Say($"kept: {(isCheap && perGroup <= GroupBytesMax ? "yes" : "no")}"
            + $" (at most {ProcessorPercentMax} % of a core per broker, {GroupBytesMax} bytes per group and broker)");
        return isCheap && perGroup <= GroupBytesMax;
    }

    private async Task CreateTopicsAsync(string name, int partitions)
    {
        await using var client = cluster.CreateClient(_patience);
        for (var first = 0; first < partitions; first += PartitionsPerTopic)
        {
            await client.Admin.CreateTopicAsync(
                $"{name}-{first / PartitionsPerTopic}",
                Math.Min(PartitionsPerTopic, partitions - first),
                Math.Min(3, arguments.Brokers));
        }
    }

    private async Task RestartAsync()
    {
        var killed = Stopwatch.GetTimestamp();
        await cluster.KillAsync(cluster.Ids.Last());
        var stopped = Seconds(killed);

        // The brokers look at their groups a few times a second: what they last saw may be older than the crash.
        await WaitAsync(NoticeWaitMax, () => cluster.Running.All(static broker => !broker.Health.Replicas.IsReady));
        await WaitUntilAllAreLedAsync(arguments.Groups + 2);
        Say($"broker {cluster.Ids.Last()} killed (stopped after {stopped}): all groups led again after {Seconds(killed)}");
        await WaitUntilQuietAsync();
        var started = Stopwatch.GetTimestamp();
        await cluster.StartAsync(cluster.Ids.Last(), CancellationToken.None);
        var recovered = Seconds(started);
        await WaitUntilAllAreLedAsync(arguments.Groups + 2);
        Say($"the broker started again (recovered after {recovered}): caught up in all groups after {Seconds(started)}");
        await WaitUntilQuietAsync();
    }

    /// <summary>Waits until every running broker knows a leader of each of its groups and has caught up with it.</summary>
    private async Task WaitUntilAllAreLedAsync(int groups)
    {
        if (!await WaitAsync(
            _patience,
            () => cluster.Running.All(broker => broker.Health.Replicas is { IsReady: true } seen && seen.Groups == groups)))
        {
            throw new TimeoutException(
                $"Not all groups are led after {_patience.TotalSeconds} s: "
                + string.Join("; ", cluster.Running.Select(static broker => broker.Health.Replicas)));
        }
    }

    /// <summary>Waits until no broker has anything to do for any group, and not for ever: what is awake is measured too.</summary>
    private async Task WaitUntilQuietAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var isQuiet = await WaitAsync(
            QuietWaitMax, () => cluster.Running.All(static broker => broker.Health.Replicas.Awake == 0));
        Say($"{(isQuiet ? "all" : "NOT ALL")} groups quiet after another {Seconds(started)}");

        // What an election has written goes from the WAL to each group's segment some seconds later.
        var isWritten = await WaitAsync(
            QuietWaitMax, () => cluster.Running.All(static broker => broker.SegmentQueueBytes == 0));
        Say($"{(isWritten ? "all" : "NOT ALL")} in segments after another {Seconds(started)}");
    }

    private static async Task<bool> WaitAsync(TimeSpan timeout, Func<bool> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(started) > timeout)
            {
                return false;
            }

            await Task.Delay(Interval, TimeProvider.System);
        }

        return true;
    }

    private async Task<bool> WatchAsync(string what)
    {
        var before = Usage.Of(cluster);
        await Task.Delay(TimeSpan.FromSeconds(arguments.Seconds), TimeProvider.System);
        var used = Usage.Of(cluster) - before;
        var percent = 100 * used.Processor / used.Elapsed / arguments.Brokers;
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {percent:F2} % of a core per broker over {arguments.Seconds} s; between brokers "
            + $"{used.Frames / used.Elapsed.TotalSeconds:F1} frames/s, {used.Bytes / used.Elapsed.TotalSeconds:F0} bytes/s"));
        return percent <= ProcessorPercentMax;
    }

    private static string Seconds(long since) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s");

    private static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }
}
