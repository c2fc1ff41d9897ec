using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Compaction.Horizons;

/// <summary>
/// Moves the horizons of the compacted partitions that this broker leads, behind which the marks of deleted keys may go: asks
/// all members how far they are clean, and has the least of it proposed; and answers those who ask so. What counts is decided
/// by the partitions on their shards; here is only who asks whom, and when.
/// </summary>
internal sealed class HorizonKeeper : IAsyncDisposable
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    private readonly int _broker;
    private readonly Func<MetadataSnapshot> _metadata;
    private readonly IShards _shards;
    private readonly IPeerRequests _peers;
    private readonly CleanTable _clean;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Rounds _rounds;

    /// <param name="interval">How often it asks.</param>
    /// <param name="metadata">Gives the newest metadata.</param>
    /// <param name="clean">Says how far this broker's own replicas are compacted.</param>
    public HorizonKeeper(
        TimeSpan interval,
        int broker,
        Func<MetadataSnapshot> metadata,
        IShards shards,
        IPeerRequests peers,
        CleanTable clean,
        TimeProvider time,
        ILogger logger)
    {
        (_broker, _metadata, _shards, _peers) = (broker, metadata, shards, peers);
        (_clean, _time, _logger) = (clean, time, logger);

        // Whatever ends it, what may go does not become more: that costs space only.
        _rounds = new Rounds(interval, time, RunOnceAsync, _logger.HorizonEnded);
    }

    public void Start() => _rounds.Start();

    /// <summary>Answers a peer that leads some groups. Any thread.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(ReplicaId peer, ReadOnlyMemory<byte> request)
    {
        var groups = CleanQuestion.DecodeRequest(request)
            ?? throw new InvalidDataException($"The question of broker {peer.Value} about clean replicas cannot be read.");
        var answers = await Task.WhenAll(groups.Select(group => LookAsync<CleanAnswer?>(
            group, partition => new CleanAnswer(group, partition.Replica.Identity, partition.CleanTo))));
        return CleanQuestion.EncodeResponse(answers.OfType<CleanAnswer>().ToArray());
    }

    /// <summary>One round over all partitions that this broker leads.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var surveys = await Task.WhenAll(Groups().Select(group => LookAsync(
            group, partition => partition.BeginSurvey(UnixNow()))));
        var round = new HorizonRound(surveys.OfType<HorizonSurvey>());
        foreach (var (broker, groups) in round.Questions())
        {
            round.Take(await AskAsync(broker, groups, cancellationToken));
        }

        foreach (var survey in round.Complete())
        {
            if (await LookAsync(survey.Partition.Group, partition => partition.EndSurvey(survey, UnixNow())))
            {
                _logger.HorizonProposed(survey.Partition, survey.CleanTo);
            }
        }
    }

    public ValueTask DisposeAsync() => _rounds.DisposeAsync();

    private long UnixNow() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    // Of most groups another broker leads, which their shards know.
    private GroupId[] Groups() =>
        [.. _metadata().ByGroup.Values
            .Where(partition => partition.Config.Cleanup.HasFlag(CleanupPolicy.Compact) && !partition.RunningOn(_broker).IsNone)
            .Select(partition => partition.Group)];

    private async Task<IReadOnlyList<CleanAnswer>> AskAsync(
        ReplicaId broker, GroupId[] groups, CancellationToken cancellationToken)
    {
        if (broker.Value == _broker)
        {
            // Another incarnation of this broker's own replica: it is on its way out, and then is asked for no more.
            return [];
        }

        try
        {
            var request = CleanQuestion.EncodeRequest(groups);
            return CleanQuestion.DecodeResponse(await _peers.RequestAsync(broker, request, AskTimeout, cancellationToken));
        }
        catch (PeerUnavailableException)
        {
            // Without it nothing moves: it may hold what the marks delete.
            return [];
        }
    }

    /// <summary>Looks at a partition on its shard, which hears first how far it has been compacted; default where it is not here.</summary>
    private async Task<T?> LookAsync<T>(GroupId group, Func<Partition, T> look)
    {
        var work = new LookWork<T>(group, _clean.Of(group), look);
        if (!_shards.Post(group, work))
        {
            work.Abandon();
        }

        return await work.Answer;
    }

    private sealed class LookWork<T>(GroupId group, (object? Life, long CleanTo) clean, Func<Partition, T> look) : IShardWork
    {
        private readonly TaskCompletionSource<T?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T?> Answer => _answer.Task;

        public void Run(Shard shard)
        {
            if (shard.Find(group) is not { IsStopped: false, Machine: Partition partition } replica)
            {
                _answer.TrySetResult(default);
                return;
            }

            shard.Touch(replica);
            partition.NoteClean(clean.Life, clean.CleanTo);
            _answer.TrySetResult(look(partition));
        }

        /// <summary>The broker stops, or the replica has failed in this: either way it says nothing.</summary>
        public void Abandon() => _answer.TrySetResult(default);
    }
}
