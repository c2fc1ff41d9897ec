namespace ClusterLog.Broker.Http;

/// <summary>How a broker is, for the health endpoints. Read from any thread, and cheap.</summary>
internal interface IBrokerHealth
{
    /// <summary>False once the broker cannot go on and must be restarted.</summary>
    bool IsLive { get; }

    /// <summary>
    /// Whether clients should be sent here: every group of this broker knows its leader and has caught up.
    /// </summary>
    bool IsReady { get; }

    /// <summary>What has failed although the broker goes on, in words; empty when nothing has.</summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>Why it is not live or not ready, in words; empty when it is both.</summary>
    IReadOnlyList<string> Reasons { get; }
}
