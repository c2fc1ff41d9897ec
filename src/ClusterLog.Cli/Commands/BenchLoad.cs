using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Measurement;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>One producer's share of a benchmark.</summary>
internal sealed class BenchLoad
{
    private readonly IRecordProducer _producer;
    private readonly string _topic;
    private readonly long _count;
    private readonly double? _rate;
    private readonly Payload _payload;
    private readonly DeliveryTally _tally;
    private readonly TimeProvider _time;

    /// <summary>A share that has not begun. It owns the producer.</summary>
    public BenchLoad(
        IRecordProducer producer,
        string topic,
        long count,
        double? rate,
        Payload payload,
        DeliveryTally tally,
        TimeProvider time)
    {
        _producer = producer;
        _topic = topic;
        _count = count;
        _rate = rate;
        _payload = payload;
        _tally = tally;
        _time = time;
    }

    /// <summary>What the producer counted, after <see cref="CloseAsync"/>.</summary>
    public ProducerStatistics Statistics { get; private set; }

    /// <summary>
    /// Produces the share and waits for its acknowledgements; a failure ends it and is left to the tally.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await (_rate is { } rate ? ProcessPacedAsync(new Pacer(rate, _time), stop) : ProcessAsync(stop));
            await _producer.FlushAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Closing.FlushAsync(_producer, _time);
        }
        catch (ClusterLogException e)
        {
            _tally.CountRefused(e);
            await Closing.FlushAsync(_producer, _time);
        }
    }

    /// <summary>Ends the producer.</summary>
    public async Task CloseAsync()
    {
        Statistics = _producer.GetStatistics();
        await Closing.DisposeAsync(_producer, _time);
    }

    private async Task ProcessAsync(CancellationToken stop)
    {
        for (long i = 0; i < _count; i++)
        {
            stop.ThrowIfCancellationRequested();
            await _producer.EnqueueAsync(new ProducerRecord(_topic, _payload.Next()), _tally.Handler, stop);
        }
    }

    private async Task ProcessPacedAsync(Pacer pacer, CancellationToken stop)
    {
        for (long i = 0; i < _count; i++)
        {
            await pacer.WaitAsync(i, stop);
            stop.ThrowIfCancellationRequested();
            var handler = _tally.HandlerWithLateness(pacer.Lateness(i));
            await _producer.EnqueueAsync(new ProducerRecord(_topic, _payload.Next()), handler, stop);
        }
    }
}
