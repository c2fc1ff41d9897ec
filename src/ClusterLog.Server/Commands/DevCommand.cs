using System.CommandLine;
using System.Globalization;
using ClusterLog.Broker.Hosting;
using ClusterLog.Server.Configuration;
using ClusterLog.Server.Hosting;
using ClusterLog.Server.Logging;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Server.Commands;

/// <summary>`dev`: a cluster of three brokers in one process, to try things out.</summary>
internal sealed class DevCommand
{
    private const string Description =
        "Run a cluster of three brokers in this process, on 127.0.0.1, to try things out.";

    private const string Examples =
        """
        Clients reach it at ports 9400, 9410 and 9420; health and metrics are at 9402, 9412 and 9422. Data is kept
        from one start to the next.

        Examples:
          clusterlog-server dev
          clusterlog-server dev --data-dir /tmp/clusterlog --port-base 19400
        """;

    private const string PeersCategory = "ClusterLog.Broker.Peers";

    private readonly Option<string> _data = new("--data-dir")
    {
        Description = "Where the brokers keep their data, in broker-1 to broker-3.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "./data",
    };

    private readonly Option<string> _port = new("--port-base")
    {
        Description = "The first broker's client port; peers are at +1, HTTP at +2, further brokers at +10 and +20.",
        HelpName = "PORT",
        DefaultValueFactory = _ => DevCluster.PortBaseDefault.ToString(CultureInfo.InvariantCulture),
    };

    private readonly Option<string> _level = new("--log-level")
    {
        Description = "The least level that is logged: trace, debug, information, warning, error, critical or none.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => "warning",
    };

    private readonly ServerConsole _console;

    private DevCommand(ServerConsole console) => _console = console;

    public static Command Create(ServerConsole console)
    {
        var dev = new DevCommand(console);
        var command = new CommandWithExamples("dev", Description, Examples)
        {
            dev._data,
            dev._port,
            dev._level,
        };
        command.SetAction((parsed, _) => dev.ExecuteAsync(parsed));
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        var errors = new List<OptionError>();
        var portBase = ReadPortBase(parsed.GetValue(_port)!, errors);
        var level = ReadLevel(parsed.GetValue(_level)!, errors);
        var data = parsed.GetValue(_data)!;
        var brokers = DevCluster.Create(portBase, data);
        if (data.Contains(',', StringComparison.Ordinal))
        {
            errors.Add(new OptionError("--data-dir", $"\"{data}\"", "one path, without commas"));
        }

        errors.AddRange(BrokerOptionsValidator.Validate(brokers[0]).Select(error =>
            error.Key == "DataDirectory" ? error with { Key = "--data-dir" } : error));
        if (errors.Count > 0)
        {
            ConfigurationText.WriteErrors(_console.Error, errors);
            return ExitCode.Usage;
        }

        // That the second broker is not there while the first one starts is no news, and neither is it at the end.
        using var logs = new ServerLogging(
            level, LogFormat.Text, quietCategory: level == LogLevel.Warning ? PeersCategory : null);
        using var signals = new StopSignals();
        var runner = new BrokerRunner(brokers, logs, signals, _console);
        return await runner.RunAsync(() => _console.Output.WriteLine(DevCluster.Welcome(brokers)));
    }

    private static int ReadPortBase(string text, List<OptionError> errors)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= DevCluster.PortBaseMax)
        {
            return port;
        }

        errors.Add(new OptionError(
            "--port-base", $"\"{text}\"", $"1 to {OptionText.FormatNumber(DevCluster.PortBaseMax)}"));
        return DevCluster.PortBaseDefault;
    }

    private static LogLevel ReadLevel(string text, List<OptionError> errors)
    {
        var options = new ServerOptions();
        var setting = SettingTable.Find("Log.Level")!;
        if (!setting.TryWrite(options, text))
        {
            errors.Add(new OptionError("--log-level", $"\"{text}\"", setting.Form));
        }

        return options.LogLevel;
    }
}
