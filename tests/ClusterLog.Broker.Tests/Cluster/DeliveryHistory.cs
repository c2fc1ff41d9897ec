using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ClusterLog.Client;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>
/// What producers were told of their records, and what a consumer found. A value is <c>producer-number</c> and unique;
/// the numbers of a producer rise. Producers may report from any thread; the consumer is one.
/// </summary>
internal sealed class DeliveryHistory
{
    private readonly ConcurrentDictionary<string, (int Partition, long Offset)> _acknowledged = [];
    private readonly ConcurrentQueue<string> _failures = [];
    private readonly Dictionary<string, (int Partition, long Offset)> _found = [];
    private readonly Dictionary<int, long> _nextOffsets = [];
    private readonly Dictionary<(int Producer, int Partition), int> _lastNumbers = [];
    private int _foundCount;

    public int Acknowledged => _acknowledged.Count;

    public int Found => Volatile.Read(ref _foundCount);

    public static byte[] ValueOf(int producer, int number) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{producer}-{number}"));

    public void OnDelivery(byte[] value, DeliveryReport report)
    {
        var text = Encoding.UTF8.GetString(value);
        if (report.Error is { } error)
        {
            _failures.Enqueue($"{text}: {error.Code} {error.Message}");
        }
        else if (!_acknowledged.TryAdd(text, (report.Partition.Partition, report.Offset.Value)))
        {
            _failures.Enqueue($"{text} was acknowledged twice");
        }
    }

    /// <summary>Checks, as they come, that offsets are dense, values unique, and each producer's in its order.</summary>
    public void OnConsumed(in ConsumedRecord record)
    {
        var text = Encoding.UTF8.GetString(record.Value!.Value.Span);
        var partition = record.Partition.Partition;
        Assert.Equal(_nextOffsets.GetValueOrDefault(partition), record.Offset.Value);
        _nextOffsets[partition] = record.Offset.Value + 1;
        Assert.True(
            _found.TryAdd(text, (partition, record.Offset.Value)),
            $"{text} stands at {_found.GetValueOrDefault(text)} and at {(partition, record.Offset.Value)}");
        var parts = text.Split('-');
        var key = (int.Parse(parts[0], CultureInfo.InvariantCulture), partition);
        var number = int.Parse(parts[1], CultureInfo.InvariantCulture);
        Assert.True(
            number > _lastNumbers.GetValueOrDefault(key, -1), $"{text} comes after {_lastNumbers.GetValueOrDefault(key)}");
        _lastNumbers[key] = number;
        Volatile.Write(ref _foundCount, _found.Count);
    }

    /// <summary>Every record was acknowledged, and stands where its producer was told that it stands; nothing else does.</summary>
    public void Check()
    {
        Assert.Empty(_failures);
        foreach (var (value, place) in _acknowledged)
        {
            Assert.True(_found.TryGetValue(value, out var found), $"{value} was acknowledged at {place} and is not there");
            Assert.True(place == found, $"{value} was acknowledged at {place} and stands at {found}");
        }

        Assert.Equal(_acknowledged.Count, _found.Count);
    }
}
