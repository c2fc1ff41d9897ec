using System.CommandLine;
using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>One invocation: the host and the global options.</summary>
internal sealed class CommandContext
{
    /// <summary>
    /// How long brokers may refuse before the command gives up: long enough for one that is just starting, and short
    /// enough for someone who has mistyped the address.
    /// </summary>
    private static readonly TimeSpan FirstContactMax = TimeSpan.FromSeconds(3);

    private readonly CliHost _host;
    private readonly ClusterLogClientOptions _clientOptions;

    /// <summary>Takes the global options out of the parsed command line.</summary>
    public CommandContext(CliHost host, ParseResult parse)
    {
        _host = host;
        Format = parse.GetValue(GlobalOptions.Output);
        var defaults = new ClusterLogClientOptions();
        var timeout = parse.GetValue(GlobalOptions.Timeout) ?? defaults.RequestTimeout;
        _clientOptions = new ClusterLogClientOptions
        {
            Bootstrap = GlobalOptions.BootstrapOf(parse, host.Variable),
            ClientName = "clusterlog-cli",
            RequestTimeout = timeout,
            FirstContactTimeout = timeout < FirstContactMax ? timeout : FirstContactMax,
            TimeProvider = host.Time,
            LoggerFactory = parse.GetValue(GlobalOptions.Verbose)
                ? new VerboseLoggerFactory(host.Console.Error, host.Time)
                : null,
        };
    }

    /// <summary>The three standard streams.</summary>
    public CliConsole Console => _host.Console;

    /// <summary>How to write results.</summary>
    public OutputFormat Format { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time => _host.Time;

    /// <summary>Seed of generated payloads.</summary>
    public int RandomSeed => _host.RandomSeed;

    /// <summary>A connection to the cluster, which opens with its first call.</summary>
    public ICluster Connect() => _host.Connect(_clientOptions);
}
