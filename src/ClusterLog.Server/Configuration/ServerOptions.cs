using ClusterLog.Broker.Hosting;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Server.Configuration;

/// <summary>What `run` is configured with: the broker's options, and the process's own.</summary>
internal sealed class ServerOptions
{
    public BrokerOptions Broker { get; } = new();

    /// <summary>The least level that is logged; default Information. The framework's: Warning at least.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>How a log line looks; default <see cref="LogFormat.Text"/>.</summary>
    public LogFormat LogFormat { get; set; } = LogFormat.Text;
}
