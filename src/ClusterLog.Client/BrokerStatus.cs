using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>The state of a broker.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Address">Where clients reach it, as host:port.</param>
/// <param name="PeerAddress">Where other brokers reach it.</param>
/// <param name="HttpAddress">Where health, metrics and the admin interface are.</param>
/// <param name="IsReachable">Whether it answered this client.</param>
/// <param name="Version">The version of its software; null if it did not answer.</param>
/// <param name="Uptime">For how long it has run; null if it did not answer.</param>
/// <param name="Error">Why it did not answer; null if it did.</param>
public sealed record BrokerStatus(
    BrokerId Id,
    string Address,
    string PeerAddress,
    string HttpAddress,
    bool IsReachable,
    string? Version,
    TimeSpan? Uptime,
    string? Error);
