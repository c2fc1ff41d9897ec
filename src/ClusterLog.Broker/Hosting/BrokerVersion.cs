namespace ClusterLog.Broker.Hosting;

/// <summary>The version that this broker says it is: the assembly's, without a build's suffix.</summary>
internal static class BrokerVersion
{
    public static string Text { get; } =
        typeof(BrokerVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
