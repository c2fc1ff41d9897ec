using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Logs;

namespace ClusterLog.Checking.Tests.Logs;

/// <summary>Records histories of a log that keeps its promises by construction, with lost outcomes and retention.</summary>
internal sealed class RecordedLog
{
    private static readonly string[] Partitions = ["p/0", "p/1"];

    private readonly Random _random;
    private readonly List<ProduceOperation> _produces = [];
    private readonly List<PollOperation> _polls = [];
    private readonly List<SeekOperation> _seeks = [];
    private readonly Dictionary<string, List<LogRecord>> _logs = Partitions.ToDictionary(p => p, _ => new List<LogRecord>());
    private readonly Dictionary<string, int> _starts = Partitions.ToDictionary(p => p, _ => 0);
    private readonly Dictionary<(long Consumer, string Partition), int> _positions = [];
    private long _time;

    private RecordedLog(int seed) => _random = new Random(seed);

    public static LogHistory Record(int seed, int steps)
    {
        var recorder = new RecordedLog(seed);
        for (var step = 0; step < steps; step++)
        {
            recorder.Step(Partitions[recorder._random.Next(Partitions.Length)]);
        }

        return new()
        {
            Produces = recorder._produces,
            Polls = recorder._polls,
            Seeks = recorder._seeks,
            FinalReads = [.. Partitions.Select(recorder.Final)],
        };
    }

    private FinalRead Final(string partition) =>
        new(0, partition, _starts[partition], [.. _logs[partition].Skip(_starts[partition])]);

    private void Step(string partition)
    {
        var log = _logs[partition];
        var consumer = 100L + _random.Next(3);
        var chance = _random.Next(20);
        _time++;
        if (chance < 10)
        {
            Produce(partition, log);
        }
        else if (chance < 18)
        {
            Poll(partition, log, consumer);
        }
        else if (chance < 19)
        {
            var offset = _random.Next(log.Count + 1);
            _positions[(consumer, partition)] = offset;
            _seeks.Add(new(consumer, partition, offset, _time));
        }
        else
        {
            _starts[partition] += _random.Next(Math.Min(3, log.Count - _starts[partition] + 1));
        }
    }

    private void Produce(string partition, List<LogRecord> log)
    {
        var outcome = _random.Next(8) switch { 0 => Outcome.Failed, 1 => Outcome.Unknown, _ => Outcome.Ok };
        var isWritten = outcome == Outcome.Ok || (outcome == Outcome.Unknown && _random.Next(2) == 0);
        _produces.Add(new(
            _random.Next(4), partition, _time, outcome, outcome == Outcome.Ok ? log.Count : null, _time));
        if (isWritten)
        {
            log.Add(new(log.Count, _time));
        }
    }

    private void Poll(string partition, List<LogRecord> log, long consumer)
    {
        var from = Math.Max(_positions.GetValueOrDefault((consumer, partition)), _starts[partition]);
        LogRecord[] records = [.. log.Skip(from).Take(_random.Next(6))];
        _positions[(consumer, partition)] = from + records.Length;
        _polls.Add(new(consumer, partition, records, _time, _time));
    }
}
