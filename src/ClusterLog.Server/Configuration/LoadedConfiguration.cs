using ClusterLog.Broker.Hosting;

namespace ClusterLog.Server.Configuration;

/// <summary>The options that the sources come to, where each came from, and all that is wrong with them.</summary>
/// <param name="Options">To be used only where there are no errors.</param>
/// <param name="Origins">By a setting's path: the key that its value came from. Absent: the default.</param>
/// <param name="Errors">Keys are as their users wrote them.</param>
internal sealed record LoadedConfiguration(
    ServerOptions Options, IReadOnlyDictionary<string, string> Origins, IReadOnlyList<OptionError> Errors);
