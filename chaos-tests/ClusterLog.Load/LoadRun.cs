using System.Buffers.Binary;
using ClusterLog.Client;

namespace ClusterLog.Load;

/// <summary>One run: producer, consumer and figures, until the input ends.</summary>
internal sealed class LoadRun
{
    /// <summary>How long what was acknowledged may take to come back at the end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LoadOptions _options;
    private readonly TimeProvider _time;
    private readonly Report _report;
    private readonly Latencies _latencies = new();
    private readonly long _started;
    private PartitionTrack[] _partitions = [];
    private long _failed;
    private string? _firstError;

    public LoadRun(LoadOptions options, TimeProvider time, Report report)
    {
        (_options, _time, _report) = (options, time, report);
        _started = time.GetTimestamp();
    }

    private double At => Math.Round(_time.GetElapsedTime(_started).TotalSeconds, 3);

    private long Acknowledged => _partitions.Sum(static partition => partition.Acknowledged);

    private long Consumed => _partitions.Sum(static partition => partition.Consumed);

    public async Task<int> RunAsync(TextReader input, CancellationToken cancellationToken)
    {
        await using var producing = NewClient();
        await using var consuming = NewClient();
        var topic = await producing.Admin.DescribeTopicAsync(_options.Topic, cancellationToken);
        _partitions = [.. topic.Partitions.Select(_ => new PartitionTrack(_time))];
        await using var producer = producing.CreateProducer(
            new ProducerOptions { Linger = TimeSpan.Zero, DeliveryTimeout = TimeSpan.FromMinutes(5) });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] load = [Guard(ProduceAsync(producer, stopping.Token)), Guard(SampleAsync(producer, stopping.Token))];
        var consumer = Guard(ConsumeAsync(consuming, reading.Token));
        await ReadMarksAsync(input, cancellationToken);
        await stopping.CancelAsync();
        await Task.WhenAll(load);
        await producer.FlushAsync(cancellationToken);
        await WaitForConsumerAsync(consumer, cancellationToken);
        await reading.CancelAsync();
        await consumer;
        return Conclude(producer);
    }

    private ClusterLogClient NewClient() => new(new ClusterLogClientOptions { Bootstrap = _options.Bootstrap });

    /// <summary>Each record has its turn by the clock: after a stall those that were due are sent at once.</summary>
    private async Task ProduceAsync(Producer producer, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), _time);
        var started = _time.GetTimestamp();
        var next = new long[_partitions.Length];
        long sent = 0;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            for (var due = (long)(_time.GetElapsedTime(started).TotalSeconds * _options.Rate); sent < due; sent++)
            {
                var partition = (int)(sent % _partitions.Length);
                var value = new byte[_options.RecordBytes];
                BinaryPrimitives.WriteInt64LittleEndian(value, next[partition]++);
                await producer.EnqueueAsync(
                    new ProducerRecord(_options.Topic, value) { Partition = partition }, OnDelivered, cancellationToken);
            }
        }
    }

    private void OnDelivered(DeliveryReport report)
    {
        if (report.Error is { } error)
        {
            Interlocked.Increment(ref _failed);
            Interlocked.CompareExchange(ref _firstError, error.Message, null);
            return;
        }

        var partition = _partitions[report.Partition.Partition];
        partition.OnAcknowledged(report.Offset.Value);
        partition.Latencies.Add(report.Latency);
        _latencies.Add(report.Latency);
    }

    private async Task ConsumeAsync(ClusterLogClient client, CancellationToken cancellationToken)
    {
        var options = new ConsumeOptions { Topic = _options.Topic };
        await foreach (var record in client.ConsumeAsync(options, cancellationToken))
        {
            _partitions[record.Partition.Partition].OnConsumed(BinaryPrimitives.ReadInt64LittleEndian(record.Value!.Value.Span));
        }
    }

    private async Task SampleAsync(Producer producer, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.Interval, _time);
        var (acknowledged, consumed) = (0L, 0L);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var latencies = _latencies.Take();
            var (acknowledgedNow, consumedNow) = (Acknowledged, Consumed);
            _report.Write(new IntervalLine(
                At,
                acknowledgedNow - acknowledged,
                consumedNow - consumed,
                Latencies.Percentile(latencies, 0.5),
                Latencies.Percentile(latencies, 0.99),
                Latencies.Percentile(latencies, 1),
                Interlocked.Read(ref _failed),
                producer.GetStatistics().Retries));
            (acknowledged, consumed) = (acknowledgedNow, consumedNow);
        }
    }

    private async Task ReadMarksAsync(TextReader input, CancellationToken cancellationToken)
    {
        while (await input.ReadLineAsync(cancellationToken) is { } mark)
        {
            _report.Write(new MarkLine(At, mark, TakeGaps(), TakeP99()));
        }
    }

    private double[] TakeGaps() => [.. _partitions.Select(static partition => partition.TakeLongestGap().TotalMilliseconds)];

    private double?[] TakeP99() =>
        [.. _partitions.Select(static partition => Latencies.Percentile(partition.Latencies.Take(), 0.99))];

    private async Task WaitForConsumerAsync(Task consumer, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (Consumed < Acknowledged && !consumer.IsCompleted && _time.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
        }
    }

    private int Conclude(Producer producer)
    {
        var missing = Math.Max(0, Acknowledged - Consumed);
        var lost = missing + _partitions.Sum(static partition => partition.Lost);
        var doubled = _partitions.Sum(static partition => partition.Doubled);
        var misplaced = _partitions.Sum(static partition => partition.Misplaced);
        var isRight = _failed == 0 && _firstError is null && lost == 0 && doubled == 0 && misplaced == 0 && Acknowledged > 0;
        _report.Write(new EndLine(
            At,
            isRight,
            Acknowledged,
            Consumed,
            _failed,
            _firstError,
            lost,
            doubled,
            misplaced,
            producer.GetStatistics().Retries,
            TakeGaps()));
        return isRight ? 0 : 1;
    }

    /// <summary>A loop ends with its token; anything else that ends it is the run's error.</summary>
    private async Task Guard(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
            // It was told to.
        }
        catch (ClusterLogException error)
        {
            Interlocked.CompareExchange(ref _firstError, error.Message, null);
        }
    }
}
