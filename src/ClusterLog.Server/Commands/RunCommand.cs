using System.CommandLine;
using ClusterLog.Server.Configuration;
using ClusterLog.Server.Hosting;
using ClusterLog.Server.Logging;

namespace ClusterLog.Server.Commands;

/// <summary>`run`: one broker, until it is told to stop.</summary>
internal sealed class RunCommand
{
    private const string Examples =
        """
        Each setting comes from its option, else its variable, else the file, else its default.

        Examples:
          clusterlog-server run --config broker-1.json
          clusterlog-server run --broker-id 1 --data-dir /var/lib/clusterlog \
            --client-listen 127.0.0.1:9400 --peer-listen 127.0.0.1:9401 --http-listen 127.0.0.1:9402 \
            --cluster 1=127.0.0.1:9401,2=127.0.0.1:9411,3=127.0.0.1:9421
          CLUSTERLOG__BrokerId=1 clusterlog-server run --config cluster.json --set "Limits.FrameBytesMax=16 MiB"
          clusterlog-server run --config broker-1.json --print-config
        """;

    private readonly Option<string> _config = new("--config")
    {
        Description = "A JSON file with settings.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _print = new("--print-config")
    {
        Description = "Print every setting with its value and where that came from, and start nothing.",
    };

    private readonly SettingOptions _settings = new();
    private readonly ServerConsole _console;

    public RunCommand(ServerConsole console)
    {
        _console = console;
        Command = new CommandWithExamples("run", "Run one broker of a cluster.", Examples) { _config };
        _settings.AddTo(Command);
        Command.Options.Add(_print);
        Command.SetAction((parsed, _) => ExecuteAsync(parsed));
    }

    public Command Command { get; }

    public bool IsChosen(ParseResult parsed) => parsed.CommandResult.Command == Command;

    /// <summary>Reads all sources, in rising precedence.</summary>
    public LoadedConfiguration Load(ParseResult parsed)
    {
        var file = parsed.GetResult(_config)?.Tokens is [.., var last] ? last.Value : null;
        return ConfigurationLoader.Load(
            file is null ? new SourceContent([], []) : JsonSource.Read(file),
            EnvironmentSource.Read(_console.Variables),
            _settings.Read(parsed));
    }

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        var configuration = Load(parsed);
        if (configuration.Errors.Count > 0)
        {
            ConfigurationText.WriteErrors(_console.Error, configuration.Errors);
            return ExitCode.Usage;
        }

        if (parsed.GetValue(_print))
        {
            ConfigurationText.WriteEffective(_console.Output, configuration);
            return ExitCode.Stopped;
        }

        using var logs = new ServerLogging(configuration.Options.LogLevel, configuration.Options.LogFormat);
        using var signals = new StopSignals();
        var broker = configuration.Options.Broker;
        var runner = new BrokerRunner([broker], logs, signals, _console);
        return await runner.RunAsync(() => runner.Logger.BrokerReady(broker.BrokerId));
    }
}
