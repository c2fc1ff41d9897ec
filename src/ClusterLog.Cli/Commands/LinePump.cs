using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Measurement;
using ClusterLog.Cli.Records;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>
/// Moves lines from a reader into a producer, one after the other, so that each partition keeps the order of the input.
/// A line that is too large for a record is counted and left out; any other failure ends the reading, because what
/// follows would only fail as well, or leave a gap that nobody notices.
/// </summary>
internal sealed class LinePump
{
    private readonly IRecordProducer _producer;
    private readonly ProduceRequest _request;
    private readonly DeliveryTally _tally;
    private readonly TimeProvider _time;

    /// <summary>A pump into the given producer.</summary>
    public LinePump(IRecordProducer producer, ProduceRequest request, DeliveryTally tally, TimeProvider time)
    {
        _producer = producer;
        _request = request;
        _tally = tally;
        _time = time;
    }

    /// <summary>Records that were handed to the producer.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes of their keys and values.</summary>
    public long Bytes { get; private set; }

    /// <summary>The first line, counted from 1, that was too large; 0 when none was.</summary>
    public long FirstRefusedLine { get; private set; }

    /// <summary>
    /// Reads to the end and flushes; after a cancellation or a failure it flushes for a bounded time only.
    /// </summary>
    /// <returns>Whether the whole input was read and answered.</returns>
    public async Task<bool> RunAsync(LineReader lines, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _tally.FailureToken);
        try
        {
            await ProcessAsync(lines, stop.Token);
            await _producer.FlushAsync(stop.Token);
            return true;
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

        return false;
    }

    private async Task ProcessAsync(LineReader lines, CancellationToken cancellationToken)
    {
        var pacer = _request.Rate is { } rate ? new Pacer(rate, _time) : null;
        do
        {
            while (lines.TryReadLine(out var line))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (pacer is not null)
                {
                    await pacer.WaitAsync(Records, cancellationToken);
                }

                await SendAsync(line, lines.Lines, cancellationToken);
            }
        }
        while (await lines.FillAsync(cancellationToken));
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> line, long number, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value) parts = _request.Keys?.Split(line) ?? (null, line);
        var record = new ProducerRecord(_request.Topic, parts.Value, parts.Key) { Partition = _request.Partition };
        try
        {
            var pending = _producer.EnqueueAsync(record, _tally.Handler, cancellationToken);
            if (pending.IsCompletedSuccessfully)
            {
                Count(line);
                return pending;
            }

            return AwaitAsync(pending, line, number);
        }
        catch (ClusterLogException e) when (e.Code == ErrorCode.RecordTooLarge)
        {
            Refuse(e, number);
            return ValueTask.CompletedTask;
        }
    }

    private async ValueTask AwaitAsync(ValueTask pending, ReadOnlyMemory<byte> line, long number)
    {
        try
        {
            await pending;
            Count(line);
        }
        catch (ClusterLogException e) when (e.Code == ErrorCode.RecordTooLarge)
        {
            Refuse(e, number);
        }
    }

    private void Count(ReadOnlyMemory<byte> line)
    {
        Records++;
        Bytes += line.Length;
    }

    private void Refuse(ClusterLogException error, long number)
    {
        FirstRefusedLine = FirstRefusedLine == 0 ? number : FirstRefusedLine;
        _tally.CountRefused(error);
    }
}
