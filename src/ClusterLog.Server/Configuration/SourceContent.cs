using ClusterLog.Broker.Hosting;

namespace ClusterLog.Server.Configuration;

/// <summary>What one source says, and what is wrong with the source itself.</summary>
internal sealed record SourceContent(IReadOnlyList<ConfiguredValue> Values, IReadOnlyList<OptionError> Errors);
