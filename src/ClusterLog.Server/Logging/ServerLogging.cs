using System.Globalization;
using ClusterLog.Server.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;

namespace ClusterLog.Server.Logging;

/// <summary>Log lines to standard output, by Serilog. The code that logs sees ILogger only.</summary>
internal sealed class ServerLogging : IDisposable
{
    private const string Template =
        "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";

    private readonly Serilog.Core.Logger _logger;

    /// <param name="quietCategory">A category that is logged from Error on; null: none.</param>
    public ServerLogging(LogLevel level, LogFormat format, string? quietCategory = null)
    {
        var least = LevelConvert.ToSerilogLevel(level);
        var framework = least > LogEventLevel.Warning ? least : LogEventLevel.Warning;
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(least)
            .MinimumLevel.Override("Microsoft", framework)
            .MinimumLevel.Override("System", framework)

            // That the listeners cannot start is said in one line, in our words; this one has a stack trace.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal);
        if (quietCategory is not null)
        {
            configuration.MinimumLevel.Override(quietCategory, LogEventLevel.Error);
        }

        if (level == LogLevel.None)
        {
            configuration.Filter.ByExcluding(_ => true);
        }

        _logger = (format == LogFormat.Json
            ? configuration.WriteTo.Console(new JsonFormatter(renderMessage: true))
            : configuration.WriteTo.Console(
                outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture)).CreateLogger();
        Factory = new SerilogLoggerFactory(_logger);
    }

    public ILoggerFactory Factory { get; }

    /// <summary>A factory whose messages say which broker they are about, for several in one process.</summary>
    public ILoggerFactory ForBroker(int brokerId) =>
        new SerilogLoggerFactory(_logger.ForContext("BrokerId", brokerId));

    public void Dispose()
    {
        Factory.Dispose();
        _logger.Dispose();
    }
}
