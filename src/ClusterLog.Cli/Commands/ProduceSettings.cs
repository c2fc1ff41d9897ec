using System.CommandLine;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>The options that say how a producer works; `produce` and `bench produce` share them.</summary>
internal sealed class ProduceSettings
{
    private const int LingerMillisecondsMax = 60_000;
    private const int BatchBytesMin = 1024;
    private const int BatchBytesMax = 8 * 1024 * 1024;

    private readonly Option<Acks> _acks = Options.Acks();
    private readonly Option<double?> _rate = Options.Rate(
        "At most so many records a second; as fast as it goes when left out");
    private readonly Option<TimeSpan?> _linger = Options.Milliseconds(
        "--linger", "How long a batch waits for more records; 5 when left out", LingerMillisecondsMax);

    private readonly Option<int?> _batchBytes = Options.Size(
        "--batch-bytes", "Size at which a batch leaves; 256KiB when left out", BatchBytesMin, BatchBytesMax);

    private readonly Option<TimeSpan?> _deliveryTimeout = Options.Duration(
        "--delivery-timeout", "How long a record is retried before it counts as failed; 2m when left out");

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [_acks, _rate, _linger, _batchBytes, _deliveryTimeout];

    /// <summary>Records a second, or no bound.</summary>
    public double? Rate(ParseResult parse) => parse.GetValue(_rate);

    /// <summary>The producer's options.</summary>
    public ProducerOptions ProducerOptions(ParseResult parse, long? bufferBytes = null)
    {
        var defaults = new ProducerOptions();
        var batchBytes = parse.GetValue(_batchBytes) ?? defaults.BatchBytesMax;
        var bufferBytesMin = Math.Max(batchBytes, defaults.RecordBytesMax);
        return new ProducerOptions
        {
            Acks = parse.GetValue(_acks),
            Linger = parse.GetValue(_linger) ?? defaults.Linger,
            BatchBytesMax = batchBytes,
            BufferBytesMax = Math.Max(bufferBytes ?? defaults.BufferBytesMax, bufferBytesMin),
            DeliveryTimeout = parse.GetValue(_deliveryTimeout) ?? defaults.DeliveryTimeout,
            Name = "clusterlog-cli",
        };
    }
}
